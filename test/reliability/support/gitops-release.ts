import { writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { Deployment, Service } from '../../../plugin/core/kubernetes.js';
import {
  bluegreen,
  createNamespace,
  deleteNamespace,
  getJson,
  kubectl,
  type Result,
} from '../../e2e/support/cluster.js';
import { createCustomResource } from '../../e2e/support/custom-resources.js';
import { SPEC } from '../../e2e/support/release.js';
import { createRepository, type Repository } from '../../gitops/repository.js';
import { startTool, type Tool, type ToolName } from '../../gitops/tool.js';

/** What a tool goes by: an object of its own kind in the cluster, and the same as a file, which its program reads. */
interface Source {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: Readonly<Record<string, object | boolean>>;
}

/** A release whose git repository a tool applies. */
export interface GitOpsRelease {
  readonly namespace: string;
  readonly repository: Repository;
  readonly tool: Tool;
  /** Gives the tool's own object other fields beside those that it was made with. */
  setRules(rules: Source['spec']): Promise<void>;
  /** `kubectl bluegreen VERB shop -n NAMESPACE ...`. */
  bluegreen(verb: string, ...args: string[]): Promise<Result>;
  setVersion(...args: string[]): Promise<Result>;
  colors(): Promise<{ active: string | undefined; preview: string | undefined }>;
  replicas(color: string): Promise<number | undefined>;
  image(color: string): Promise<string | undefined>;
  remove(): Promise<void>;
}

export interface GitOpsOptions {
  readonly tool: ToolName;
  readonly source: Source;
  /** Between reconciliations; by default 2. */
  readonly intervalSeconds?: number;
  /** Flags of the tool's own program. */
  readonly flags?: readonly string[];
}

/** The rules that `gitops --tool` prints, as the fields of the tool's object. */
export async function printedRules(tool: string, namespace: string): Promise<Source['spec']> {
  const { stdout } = await bluegreen(['gitops', 'shop', `--tool=${tool}`, '-n', namespace]);
  return (parse(stdout) as Source).spec;
}

export async function createGitOpsRelease({
  tool: name,
  source,
  intervalSeconds = 2,
  flags = [],
}: GitOpsOptions): Promise<GitOpsRelease> {
  const namespace = await createNamespace(name);
  const repository = await createRepository();
  await repository.commit({ ...SPEC, namespace }, 'install');
  const object = { ...source, metadata: { name: 'shop', namespace } };
  const write = (rules: Source['spec']) => {
    // An Application has its sync options beside what else says how it is synced.
    const policies = [object.spec.syncPolicy, rules.syncPolicy] as ({ syncOptions?: string[] } | undefined)[];
    const syncOptions = policies.flatMap((policy) => policy?.syncOptions ?? []);
    const syncPolicy = { ...policies[0], ...policies[1], syncOptions };
    const whole = { ...object, spec: { ...object.spec, path: 'dist', ...rules, syncPolicy } };
    writeFileSync(repository.source, stringify(whole));
    return whole;
  };
  const resource = await createCustomResource(write({}));
  const place = { repository: repository.folder, source: repository.source };
  const tool = await startTool(name, { ...place, intervalSeconds, flags });
  const selected = async (service: string) =>
    (await getJson<Service>('service', service, '-n', namespace)).spec.selector?.version;
  const deployment = (color: string) => getJson<Deployment>('deployment', `shop-${color}`, '-n', namespace);
  return {
    namespace,
    repository,
    tool,
    setRules: async (rules) => {
      const { spec: all } = write(rules);
      const kind = source.kind.toLowerCase();
      await kubectl('patch', kind, 'shop', '-n', namespace, '--type=merge', '-p', JSON.stringify({ spec: all }));
    },
    bluegreen: (verb, ...args) => bluegreen([verb, 'shop', '-n', namespace, ...args]),
    setVersion: (...args) => {
      const files = [`--spec=${repository.spec}`, `--output-dir=${repository.dist}`];
      return bluegreen(['set-version', 'shop', ...args, ...files]);
    },
    colors: async () => ({ active: await selected('shop-active'), preview: await selected('shop-preview') }),
    replicas: async (color) => (await deployment(color)).spec.replicas,
    image: async (color) => (await deployment(color)).spec.template.spec.containers[0]?.image,
    remove: async () => {
      await tool.stop();
      await resource.remove();
      repository.remove();
      await deleteNamespace(namespace);
    },
  };
}
