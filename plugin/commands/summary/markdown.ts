import { counted, printable } from '../../core/text.js';
import type { Evidence, EvidenceColor, EvidenceStep } from './evidence.js';

const ICONS: Record<string, string> = { done: '✅', failed: '❌', skipped: '⏭️' };

/** A run as Markdown: the summary of a pipeline's step, or a comment. */
export function summaryMarkdown(evidence: Evidence): string {
  const { operation, release, phase, message, warnings = [], steps, exitCode, operationId } = evidence;
  return [
    `### ${exitCode === 0 ? '✅' : '❌'} ${cell(operation)} ${cell(release)}: ${cell(phase)}`,
    trafficLine(evidence),
    message && `> ${cell(message)}`,
    ...warnings.map((warning) => `> ⚠️ ${cell(warning)}`),
    colorTable(evidence),
    steps.length > 0 && stepTable(steps),
    clientLines(steps),
    verifiedTable(steps),
    `Operation ${code(operationId)}, exit code ${exitCode}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function trafficLine({ active, namespace, context, observedAt }: Evidence): string {
  const place = `namespace ${code(namespace)}, context ${code(context)}`;
  if (!active) return `Refused before the release was read: ${place}.`;
  if (observedAt === 'before')
    return `Traffic is on **${cell(active.color)}** as far as the run knows, which could not read it afterwards: ${place}.`;
  if (active.image === '') return `No Deployment has traffic: ${place}.`;
  return `Traffic is on **${cell(active.color)}** (${code(active.version)}): ${place}.`;
}

function colorTable({ active, idle, observedAt }: Evidence): string | false {
  const colors = [active, idle].filter((color): color is EvidenceColor => Boolean(color));
  if (colors.length === 0) return false;
  const rows = colors.map((color) => {
    const traffic = color === active ? 'active' : 'idle';
    return [cell(color.color), traffic, code(color.version), code(color.image), `${color.ready}/${color.desired}`];
  });
  const seen = observedAt === 'before' ? ' (before the run)' : '';
  return table(['color', 'traffic', `version${seen}`, `image${seen}`, `ready${seen}`], rows);
}

function stepTable(steps: readonly EvidenceStep[]): string {
  const rows = steps.map(({ description, status, seconds, convergence }) => [
    status ? (ICONS[status] ?? cell(status)) : '',
    cell(description) +
      (convergence ? ` (${counted(convergence.endpoints, 'endpoint')} after ${convergence.ms} ms)` : ''),
    seconds === undefined ? '' : seconds.toFixed(1),
  ]);
  return table(['', 'step', 'seconds'], rows);
}

/** What clients would get, as far as it was asked, and what was not. */
function clientLines(steps: readonly EvidenceStep[]): string | false {
  const lines = steps.flatMap(({ requests, probes = [], notAsked = [] }) => [
    ...(requests && requests.asked > 0
      ? [`Through the Service ${counted(requests.asked, 'request')}, ${counted(requests.answered, 'port')} passed.`]
      : []),
    ...probes.map(({ url, status, ms }) => `${code(url)} answered ${status} in ${ms} ms.`),
    ...notAsked.map((why) => `Not asked: ${cell(why)}`),
  ]);
  return lines.length > 0 && lines.map((line) => `- ${line}`).join('\n');
}

function verifiedTable(steps: readonly EvidenceStep[]): string | false {
  const pods = steps.flatMap(({ verified = [] }) => verified);
  if (pods.length === 0) return false;
  const rows = pods.flatMap(({ pod, checks }) =>
    checks.map(({ name, ms, attempts }) => [code(pod), cell(name), String(ms), String(attempts)]),
  );
  const summary = `${counted(pods.length, 'Pod')} verified`;
  return `<details><summary>${summary}</summary>\n\n${table(['Pod', 'check', 'ms', 'attempts'], rows)}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of a server or a Pod as one line that no Markdown or HTML in it gets out of. */
function cell(text: string): string {
  return printable(String(text))
    .replace(/\s+/g, ' ')
    .replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)
    .replace(/[\\|`*_[\]#@!]/g, '\\$&');
}

/** The same in a monospaced font; a span of code cannot hold its own delimiter, nor a table its own. */
function code(text: string): string {
  const plain = printable(String(text)).replace(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|').trim();
  return plain === '' ? '' : `\`${plain}\``;
}
