import { describe, expect, test } from '@jest/globals';
import { ApiError, InterruptedError, RefusedError, UnreachableError } from '../../../../plugin/core/errors.js';
import type { Job } from '../../../../plugin/core/kubernetes.js';
import { rememberStanding } from '../../../../plugin/run/earlier-pods.js';
import { runMigration } from '../../../../plugin/steps/actions/migrate.js';
import { failure } from '../../failure.js';
import { type FakeRun, fakeRun, podPath } from '../../fake-run.js';
import { ended, jobOf, jobPath, jobPod } from '../../migrations.js';

const JOB = jobOf();
const { name } = JOB.metadata;
const OBJECT = `job.batch/${name}`;

const live = (run: FakeRun) => run.api.at<Job>(jobPath(JOB)) as Job;
const mutations = (run: FakeRun) =>
  run.api.calls.filter(({ verb }) => !['get', 'list', 'text', 'lines'].includes(verb)).map(({ verb }) => verb);

/** The Job's Pod runs after a second, and the Job ends after ten. */
function controller(run: FakeRun, exitCode: number, log: string): FakeRun {
  run.api.logs.set(`${podPath('m1')}/log`, log);
  run.clock.after(1000, () => run.api.put(jobPod(live(run), 'm1')));
  run.clock.after(10_000, () => {
    run.api.put(jobPod(live(run), 'm1', { exitCode }));
    run.api.put(ended(live(run), exitCode === 0 ? 'Complete' : 'Failed', live(run).metadata.uid));
  });
  return run;
}

describe('runMigration', () => {
  test('makes the Job, waits until it is complete, and tells its log', async () => {
    const run = controller(fakeRun(), 0, 'one\n\ntwo\n');
    const started = run.clock.now();
    expect(await runMigration(run, JOB)).toEqual({ ran: true });
    expect(run.clock.now() - started).toBe(10_000);
    expect(mutations(run)).toEqual(['create']);
    expect(run.log).toEqual([
      `changed ${OBJECT} created`,
      `info job "${name}": no Pod yet`,
      `info job "${name}": pod "m1" is Running`,
      'info m1: one',
      'info m1: two',
      `info ${OBJECT} is complete`,
    ]);
  });

  test('does not run again what is complete', async () => {
    const run = fakeRun();
    run.api.put(ended(JOB, 'Complete'));
    expect(await runMigration(run, JOB)).toEqual({ ran: false });
    expect(mutations(run)).toEqual([]);
    expect(run.log).toEqual(['info it completed at 2026-01-02T03:04:05Z: not run again']);
  });

  test('replaces what failed, and takes none of its Pods for its own', async () => {
    const run = fakeRun();
    run.api.put(ended(JOB, 'Failed', 'uid-before'));
    run.api.put(jobPod(JOB, 'm0', { exitCode: 1, uid: 'uid-before' }));
    run.api.logs.set(`${podPath('m0')}/log`, 'the log of before');
    expect(await runMigration(controller(run, 0, 'one'), JOB)).toEqual({ ran: true });
    expect(mutations(run)).toEqual(['delete', 'create']);
    expect(run.api.calls.find(({ verb }) => verb === 'delete')).toMatchObject({ body: { uid: 'uid-before' } });
    expect(run.log.join('\n')).not.toContain('the log of before');
  });

  test('waits for what is running already', async () => {
    const run = fakeRun();
    run.api.put(JOB);
    expect(await runMigration(controller(run, 0, 'one'), JOB)).toEqual({ ran: true });
    expect(mutations(run)).toEqual([]);
    expect(run.log[0]).toBe('info it is running already: waiting for it');
  });

  test('fails when the Job does, with the last lines of its log', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
    const run = controller(fakeRun(), 3, lines.join('\n'));
    const error: Error = await runMigration(run, JOB).then(Promise.reject, (reason) => reason);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error.message.split('\n')).toEqual([
      `job "${name}" failed: pod "m1" ended with exit code 3 (BackoffLimitExceeded)`,
      ...lines.slice(2).map((line) => `  m1: ${line}`),
    ]);
    expect(run.log.filter((line) => line.startsWith('info m1: '))).toHaveLength(12);
    expect(run.api.at(jobPath(JOB))).toBeDefined();
  });

  test('tells the log of a Pod whose end was not seen before that of the Job', async () => {
    const run = fakeRun();
    run.api.logs.set(`${podPath('m1')}/log`, 'one');
    const { list } = run.api;
    run.clock.after(1000, () => {
      // The watch of Pods says nothing; a new list has it.
      run.api.list = async <T>(...args: Parameters<typeof list>) => {
        const found = await list<T>(...args);
        const items = [jobPod(live(run), 'm1', { exitCode: 0 })] as T[];
        return args[0].endsWith('/pods') ? { ...found, items } : found;
      };
      run.api.put(ended(live(run), 'Complete', live(run).metadata.uid));
    });
    await runMigration(run, JOB);
    expect(run.log).toContain('info m1: one');
  });

  test('waits for a Job that a run before has left hanging: what it waited for may be there by now', async () => {
    const run = fakeRun();
    const left = { ...JOB, metadata: { ...JOB.metadata, uid: 'uid-before' } };
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "db" not found' };
    const hanging = { ...jobPod(left, 'm0', { waiting }) };
    hanging.metadata = { ...hanging.metadata, uid: 'uid-m0' };
    run.api.put(left);
    run.api.put(hanging);
    rememberStanding(run, [], [hanging]);
    run.clock.after(12_000, () => run.api.put({ ...jobPod(left, 'm0', { exitCode: 0 }), metadata: hanging.metadata }));
    run.clock.after(13_000, () => run.api.put(ended(left, 'Complete', 'uid-before')));
    expect(await runMigration(run, JOB)).toEqual({ ran: true });
    expect(mutations(run)).toEqual([]);
    expect(run.log).toContainEqual(
      expect.stringContaining('secret "db" not found: this stood before the run; waiting'),
    );
  });

  test('takes away a Job that cannot start: it would start later, with nobody to see to it', async () => {
    const run = fakeRun();
    const waiting = { reason: 'CreateContainerConfigError', message: 'configmap "shop-config" not found' };
    run.clock.after(1000, () => run.api.put(jobPod(live(run), 'm1', { waiting })));
    await expect(runMigration(run, JOB)).rejects.toThrow(
      failure(
        RefusedError,
        `job "${name}" cannot start: pod "m1", container "migrate": CreateContainerConfigError: configmap "shop-config" not found`,
      ),
    );
    expect(run.api.at(jobPath(JOB))).toBeUndefined();
    expect(run.log.at(-1)).toBe(`changed ${OBJECT} deleted`);
  });

  test('fails when the Job is deleted', async () => {
    const run = fakeRun();
    run.clock.after(1000, () => run.api.remove(jobPath(JOB)));
    await expect(runMigration(run, JOB)).rejects.toThrow(failure(RefusedError, `job "${name}" was deleted meanwhile`));
  });

  test('goes on when the log may not be read, and says so once', async () => {
    const run = controller(fakeRun(), 0, 'one');
    run.api.before = ({ verb }) => {
      if (verb === 'lines') throw new ApiError(403, 'Forbidden', 'pods/log');
    };
    expect(await runMigration(run, JOB)).toEqual({ ran: true });
    expect(run.log.filter((line) => line.startsWith('warn'))).toEqual([
      'warn cannot follow the log of pod "m1": Error from server (Forbidden): pods/log',
    ]);
  });

  test('follows a log again whose connection broke, and tells no line twice', async () => {
    const run = controller(fakeRun(), 0, '');
    let attempt = 0;
    run.api.lines = async function* () {
      yield '2026-01-02T03:04:05.1Z one';
      if (++attempt === 1) throw new UnreachableError('the connection broke');
      yield '2026-01-02T03:04:05.2Z two';
    };
    await runMigration(run, JOB);
    expect(run.log.filter((line) => line.startsWith('info m1'))).toEqual(['info m1: one', 'info m1: two']);
  });

  test.each(['jobs', 'pods'])(
    'goes on when the watch of %s breaks and the server is away for a while',
    async (plural) => {
      const run = controller(fakeRun(), 0, 'one');
      const [start, { watch }] = [run.clock.now(), run.api];
      const sinceStart = () => run.clock.now() - start;
      run.api.before = ({ verb }) => {
        if (verb === 'list' && sinceStart() >= 2000 && sinceStart() < 30_000) throw new UnreachableError('refused');
      };
      run.api.watch = async function* (path, query, signal) {
        if (!path.endsWith(`/${plural}`) || sinceStart() >= 30_000) return yield* watch(path, query, signal);
        await run.clock.sleep(2000, signal);
        throw new UnreachableError('the connection of a stream broke');
      };
      expect(await runMigration(run, JOB)).toEqual({ ran: true });
      expect(run.log.filter((line) => line.startsWith('warn'))).toEqual([
        'warn the connection of a stream broke: the wait for the Job goes on when the server is back',
      ]);
      expect(run.log.at(-1)).toBe(`info ${OBJECT} is complete`);
    },
  );

  test('takes up a log again for as long as the server is away', async () => {
    const run = controller(fakeRun(), 0, '');
    let attempt = 0;
    run.api.lines = async function* () {
      if (++attempt <= 3) throw new UnreachableError('the connection broke');
      yield '2026-01-02T03:04:05.1Z one';
    };
    await runMigration(run, JOB);
    expect(run.log.filter((line) => /^info m1|^warn/.test(line))).toEqual([
      'warn the log of pod "m1" broke off and is taken up again: the connection broke',
      'info m1: one',
    ]);
  });

  test('leaves the Job to finish when a signal ends the run, and says so', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    run.clock.after(1000, () => stop.abort(new InterruptedError('SIGINT', 2)));
    await expect(runMigration(run, JOB)).rejects.toMatchObject({ exitCode: 130 });
    expect(mutations(run)).toEqual(['create']);
    expect(run.log.at(-1)).toBe(
      `warn ${OBJECT} is left to finish: the same command waits for it, or runs it if it failed`,
    );
  });
});
