import type { BuildStep } from '../../plan/build.js';

/** The programs that build, in the order in which one is looked for. */
export const BUILDERS = ['docker', 'podman', 'nerdctl'] as const;
export type BuilderName = (typeof BUILDERS)[number];

/** Which of them a program is by its own words: `docker` may be podman's command of that name. */
export function flavorOf(name: BuilderName, versionText: string): BuilderName {
  return BUILDERS.find((one) => versionText.toLowerCase().includes(`${one} version`)) ?? name;
}

/**
 * The arguments of a step.
 *
 * @param digestFile - where podman, which does not print it, writes the digest of what it pushed
 */
export function builderArguments(step: BuildStep, flavor: BuilderName, digestFile: string): string[] {
  if (step.kind === 'push') return ['push', ...(flavor === 'podman' ? [`--digestfile=${digestFile}`] : []), step.image];
  const { images, dockerfile, platform, buildArgs, context } = step;
  return [
    'build',
    ...images.map((image) => `--tag=${image}`),
    ...(dockerfile === undefined ? [] : [`--file=${dockerfile}`]),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
    ...buildArgs.map((one) => `--build-arg=${one}`),
    context,
  ];
}

const SHA256 = 'sha256:[0-9a-f]{64}';

/** How each builder says what it pushed; podman writes the digest alone into a file. */
const SAID: Readonly<Record<BuilderName, RegExp>> = {
  docker: new RegExp(`\\bdigest: (${SHA256}) size: `),
  podman: new RegExp(`^(${SHA256})$`),
  nerdctl: new RegExp(`reduced-platform image \\([^,)]*, (${SHA256})\\)`),
};

/**
 * The digest of what was pushed, which is that of an index for an image of several platforms.
 *
 * @param lines - what the builder printed, and the lines of its digest file
 * @see https://docs.docker.com/reference/cli/docker/image/push/
 * @see https://docs.podman.io/en/latest/markdown/podman-push.1.html#digestfile-digestfile
 */
export function pushedDigest(lines: readonly string[], flavor: BuilderName): string | undefined {
  return lines.flatMap((line) => SAID[flavor].exec(line.trim())?.[1] ?? []).at(-1);
}

/** What a builder that failed said of it: its last line that looks like an error, else its last line. */
export function lastWords(lines: readonly string[]): string {
  const words = lines.map((line) => line.trim()).filter(Boolean);
  const error = words.findLast((line) => /^(error|fatal|denied|unauthorized)\b|level=(error|fatal)/i.test(line));
  return error ?? words.at(-1) ?? '';
}
