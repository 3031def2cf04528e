// The contracts of our mock service (libs/protocol/src/soap/test-service.ts), as .NET describes them.
using System.Runtime.Serialization;
using System.ServiceModel;

namespace Lapse.Interop
{
    [DataContract(Name = "TestFault", Namespace = Names.Space)]
    public class TestFault
    {
        [DataMember] public int Code;
        [DataMember] public string Text;
    }

    public static class Names
    {
        public const string Space = "urn:lapse:test";
    }

    [ServiceContract(Name = "ITestService", Namespace = Names.Space)]
    public interface ITestService
    {
        [OperationContract] string Echo(string s);
        [OperationContract] string Slow(int ms);
        [OperationContract(IsOneWay = true)] void OneWay(string s);
        [OperationContract(IsOneWay = true)] void SlowOneWay(int ms);
        [OperationContract] string Throw(string s);
        [OperationContract(IsOneWay = true)] void ThrowOneWay(string s);
        [OperationContract, FaultContract(typeof(TestFault))] string ThrowTyped(string s);
        [OperationContract] byte[] Large(int bytes);
    }

    public interface ICallbacks
    {
        [OperationContract] string Ask(string q);
        [OperationContract(IsOneWay = true)] void Tick(int n);
    }

    [ServiceContract(
        Name = "IDuplexTestService",
        Namespace = Names.Space,
        SessionMode = SessionMode.Required,
        CallbackContract = typeof(ICallbacks))]
    public interface IDuplexTestService
    {
        [OperationContract] string Echo(string s);
        [OperationContract(IsOneWay = true)] void OneWay(string s);
        [OperationContract] string AskBack(string q);
        [OperationContract] string Ticks(int n);
    }

    [ServiceContract(Name = "ISessionTestService", Namespace = Names.Space, SessionMode = SessionMode.Required)]
    public interface ISessionTestService
    {
        [OperationContract] int Begin();
        [OperationContract(IsInitiating = false)] string Echo(string s);
        [OperationContract(IsInitiating = false, IsTerminating = true)] int Finish();
    }
}
