import { execa } from 'execa';
import { goTool } from '../cluster/go-tool.js';
import { ClusterError } from '../cluster/report.js';

const KUBERNETES = 'v1.34';
const CRITICAL = 1;

/** A check of kube-score that an object fails. */
export interface Finding {
  /** The check's id, as `--ignore-test` takes it. */
  readonly check: string;
  readonly object: string;
  readonly why: readonly string[];
}

interface Scored {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/**
 * What kube-score calls critical in manifests, which it looks at together.
 *
 * @throws ClusterError when it cannot be built, or does not understand a file
 * @see https://github.com/zegl/kube-score/blob/master/README_CHECKS.md
 */
export async function criticalFindings(files: readonly string[]): Promise<Finding[]> {
  const args = ['score', `--kubernetes-version=${KUBERNETES}`, '--output-format=json', ...files];
  const { stdout, stderr } = await execa(await goTool(import.meta.dirname), args, { stdin: 'ignore', reject: false });
  const scored = stdout.startsWith('[') ? (JSON.parse(stdout) as Scored[]) : [];
  if (scored.length === 0) throw new ClusterError(`kube-score found no object in ${files.join(', ')}: ${stderr}`);
  return scored.flatMap(({ object_name: object, checks }) =>
    checks
      .filter(({ grade, skipped }) => grade === CRITICAL && !skipped)
      .map(({ check, comments }) => ({
        check: check.id,
        object,
        why: (comments ?? []).map(({ path, summary }) => `${path} ${summary}`.trim()),
      })),
  );
}
