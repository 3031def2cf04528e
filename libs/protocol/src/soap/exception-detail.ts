import { type DataContract, type DataRecord, partsOf } from './data-contract.ts';

/** What a service with IncludeExceptionDetailInFaults tells about the exception that it answers for (wcf-wire 4.5). */
export interface ExceptionDetail {
  readonly helpLink?: string;
  readonly inner?: ExceptionDetail;
  readonly message: string;
  readonly stackTrace?: string;
  /** The full name of the class: `System.InvalidOperationException`. */
  readonly exceptionType: string;
}

/** Its data contract, which holds itself. */
export const EXCEPTION_DETAIL: DataContract = {
  type: 'contract',
  name: 'ExceptionDetail',
  namespace: 'http://schemas.datacontract.org/2004/07/System.ServiceModel',
  get members() {
    return partsOf({
      HelpLink: 'string',
      InnerException: EXCEPTION_DETAIL,
      Message: 'string',
      StackTrace: 'string',
      Type: 'string',
    });
  },
};

export function exceptionDetailValue(detail: ExceptionDetail): DataRecord {
  return {
    HelpLink: detail.helpLink ?? null,
    InnerException: detail.inner === undefined ? null : exceptionDetailValue(detail.inner),
    Message: detail.message,
    StackTrace: detail.stackTrace ?? null,
    Type: detail.exceptionType,
  };
}
