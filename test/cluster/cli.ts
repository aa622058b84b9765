import { ClusterError, UsageError } from './report.js';

const HELP = `A real Kubernetes on this machine, for tests and the demo.

Examples:
  npm run -s cluster -- up
  npm run -s cluster -- exec -- kubectl bluegreen status engine-ops
  npm run -s cluster -- down

Commands:
  up          start it, or what is missing of it; prints the kubeconfig's path
  exec -- CMD run CMD in its network, with KUBECONFIG and with kubectl and the built plugin on PATH
  load TAR    import an image archive into its node
  status      print what runs; exit code 1 when it is not up
  down        end it and remove all of it

Environment:
  BLUEGREEN_TEST_CLUSTER   name of the cluster (bluegreen); several can run beside each other
  BLUEGREEN_TEST_CONTEXT   use this context of your kubeconfig (kind, k3d, minikube) instead
  KUBEBUILDER_ASSETS       folder with etcd and Kubernetes' programs, instead of building them

Usage:
  npm run -s cluster -- up|exec|load|status|down
`;

/** @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  switch (verb) {
    case 'up': {
      noArguments(verb, rest);
      const { up } = await import('./up.js');
      console.log(await up());
      return 0;
    }
    case 'exec': {
      const [file, ...args] = rest[0] === '--' ? rest.slice(1) : rest;
      if (file === undefined) {
        throw new UsageError('exec needs a command: exec -- CMD');
      }
      const { exec } = await import('./exec.js');
      return exec([file, ...args]);
    }
    case 'load': {
      const [archive, ...others] = rest;
      if (archive === undefined || others.length > 0) {
        throw new UsageError('load needs one image archive: load TAR');
      }
      const { load } = await import('./load.js');
      await load(archive);
      return 0;
    }
    case 'status': {
      noArguments(verb, rest);
      const { status } = await import('./status.js');
      return (await status()) ? 0 : 1;
    }
    case 'down': {
      noArguments(verb, rest);
      const { down } = await import('./down.js');
      await down();
      return 0;
    }
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(HELP);
      return 0;
    default:
      throw new UsageError(verb === undefined ? 'no command given' : `unknown command "${verb}"`);
  }
}

function noArguments(verb: string, rest: readonly string[]): void {
  if (rest.length > 0) {
    throw new UsageError(`${verb} takes no arguments, got "${rest.join(' ')}"`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected = error instanceof ClusterError;
  console.error(`error: ${expected ? error.message : error instanceof Error ? error.stack : error}`);
  if (error instanceof UsageError) {
    console.error("see 'npm run -s cluster -- --help'");
  }
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
