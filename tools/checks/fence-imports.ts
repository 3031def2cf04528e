import { posix } from 'node:path';
import { MAY_IMPORT, PURE, SPECS_MAY_IMPORT } from './import-table.ts';
import { type Import, importsOf } from './imports.ts';
import { type Problem, type Project, referencesOf, SCOPE, type SourceFile, type Workspace } from './workspace.ts';

/** Imports and declared dependencies follow the table; tsconfig references follow the dependencies. */
export function importProblems(workspace: Workspace): readonly Problem[] {
  const folders = workspace.projects.map((project) => project.folder);
  return [
    ...workspace.projects.flatMap((project) => [
      ...manifestProblems(project),
      ...referenceProblems(workspace, project),
      ...project.sources.flatMap((source) => sourceProblems(project, source)),
    ]),
    ...difference(workspace, 'tsconfig.json', folders),
  ];
}

function manifestProblems(project: Project): readonly Problem[] {
  const path = `${project.folder}/package.json`;
  const at = (message: string): Problem => ({ path, line: 1, message });
  const allowed = MAY_IMPORT[project.name];
  if (allowed === undefined) return [at(`${project.name} is not in the import table`)];
  const isPure = PURE.includes(project.name);
  const declared = [...project.dependencies, ...project.devDependencies];
  return [
    ...ours(project.dependencies)
      .filter((name) => !allowed.includes(name))
      .map((name) => at(`${project.name} may not depend on ${name}`)),
    ...ours(project.devDependencies)
      .filter((name) => ![...allowed, ...forSpecs(project)].includes(name))
      .map((name) => at(`the specs of ${project.name} may not depend on ${name}`)),
    ...project.dependencies
      .filter((name) => isPure && !name.startsWith(SCOPE))
      .map((name) => at(`${project.name} is pure and may not depend on ${name}`)),
    ...declared
      .filter((name) => isWorkflowPackage(name, project))
      .map((name) => at(`only workflows may depend on ${name}`)),
    ...(isPure === project.tags.includes('scope:pure')
      ? []
      : [at('the tag scope:pure does not match the list of pure projects')]),
  ];
}

function referenceProblems(workspace: Workspace, project: Project): readonly Problem[] {
  const folderOf = (name: string) =>
    workspace.projects.find((other) => other.name === name)?.folder ?? `(no project ${name})`;
  const dependencies = ours(project.dependencies).map(folderOf);
  const spec = `${project.folder}/tsconfig.spec.json`;
  const hasSpec = referencesOf(workspace, spec) !== undefined;
  const forSpecs = ours(project.devDependencies).map(folderOf);
  return [
    ...difference(
      workspace,
      `${project.folder}/tsconfig.json`,
      hasSpec ? dependencies : [...dependencies, ...forSpecs],
    ),
    ...(hasSpec ? difference(workspace, spec, [project.folder, ...dependencies, ...forSpecs]) : []),
  ];
}

function difference(workspace: Workspace, path: string, wanted: readonly string[]): readonly Problem[] {
  const found = referencesOf(workspace, path) ?? [];
  const missing = wanted
    .filter((folder) => !found.includes(folder))
    .map((folder) => `reference to ${folder} is missing`);
  const extra = found
    .filter((folder) => !wanted.includes(folder))
    .map((folder) => `reference to ${folder} has no dependency`);
  return [...missing, ...extra].map((message) => ({ path, line: 1, message }));
}

function sourceProblems(project: Project, source: SourceFile): readonly Problem[] {
  return importsOf(source.tokens).flatMap((found) => {
    const message = complaintAbout(found, project, source);
    return message === undefined ? [] : [{ path: source.path, line: found.line, message }];
  });
}

function complaintAbout(found: Import, project: Project, source: SourceFile): string | undefined {
  const { specifier } = found;
  const isPureCode = PURE.includes(project.name) && !source.isTest;
  if (specifier === undefined) return isPureCode ? 'pure code may not import what is computed' : undefined;
  if (/^[./]/.test(specifier)) return relativeComplaint(specifier, project, source);
  if (specifier.startsWith(SCOPE)) return oursComplaint(specifier, found, project, source);
  if (isPureCode) return `pure code may not import ${specifier}`;
  return isWorkflowPackage(specifier, project) ? `only workflows may import ${specifier}` : undefined;
}

function relativeComplaint(specifier: string, project: Project, source: SourceFile): string | undefined {
  const target = posix.join(posix.dirname(source.path), specifier);
  if (source.isTest && target.startsWith('tools/jest/')) return undefined;
  // The launcher runs before any package can be resolved.
  if (source.path === 'apps/cli/lapse.mjs' && target.startsWith('tools/bootstrap/')) return undefined;
  if (!target.startsWith(`${project.folder}/`)) return `${specifier} leaves the project: import it by its package name`;
  const isForTests = /\.spec\.ts$|\/testing\//.test(target);
  return isForTests && !source.isTest ? `${specifier} is for specs only` : undefined;
}

function oursComplaint(specifier: string, found: Import, project: Project, source: SourceFile): string | undefined {
  const [name = '', ...entry] = specifier.slice(SCOPE.length).split('/');
  const allowed = [...(MAY_IMPORT[project.name] ?? []), ...(source.isTest ? forSpecs(project) : [])];
  if (!allowed.includes(name)) return `${project.name} may not import ${name}`;
  const declared = source.isTest ? [...project.dependencies, ...project.devDependencies] : project.dependencies;
  if (!declared.includes(SCOPE + name)) return `${SCOPE}${name} is not declared in ${project.folder}/package.json`;
  const isFunctionless = found.kind === 'type' || entry.join('/') === 'constants';
  if (project.name === 'experiment' && !isFunctionless)
    return `experiment may import only types and ${SCOPE}${name}/constants`;
  return undefined;
}

function forSpecs(project: Project): readonly string[] {
  return SPECS_MAY_IMPORT[project.name] ?? [];
}

function isWorkflowPackage(specifier: string, project: Project): boolean {
  return /^@temporalio\/workflow(?:\/|$)/.test(specifier) && project.name !== 'workflows';
}

function ours(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith(SCOPE)).map((name) => name.slice(SCOPE.length));
}
