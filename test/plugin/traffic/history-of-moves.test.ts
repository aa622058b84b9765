import { describe, expect, test } from '@jest/globals';
import { HISTORY_ANNOTATION } from '../../../charts/names.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { readHistory } from '../../../plugin/plan/history.js';
import { createServices } from '../../../plugin/steps/actions/objects.js';
import { recordOutcome } from '../../../plugin/traffic/record.js';
import { switchTraffic } from '../../../plugin/traffic/selector/switch.js';
import { pod } from '../cluster-objects.js';
import { fakeApi } from '../fake-api.js';
import { ACTIVE, type FakeRun, fakeRun } from '../fake-run.js';
import { manifestService } from '../manifests.js';
import { atStep, policyOf, promote } from '../promotion.js';
import { atFirstPatch, edit, patches, REQUEST, selected, unanswered } from '../switching.js';

const historyOf = (run: FakeRun) => readHistory(run.api.at<Service>(ACTIVE)).entries;
const annotate = (run: FakeRun, text: string) =>
  edit(run, ({ metadata }) => ({
    metadata: { ...metadata, annotations: { ...metadata.annotations, [HISTORY_ANNOTATION]: text } },
  }));

describe('the history of a move of traffic', () => {
  test('is written by the patch that moves it, with the version that the Deployment shows at that moment', async () => {
    const run = fakeRun();
    await switchTraffic(run, REQUEST);
    expect(patches(run)).toHaveLength(1);
    expect(historyOf(run)).toMatchObject([
      { id: 'op-1' },
      {
        id: 'op-2',
        kind: 'promote',
        from: 'blue',
        to: 'green',
        fromVersion: 'v1',
        toVersion: 'v0',
        by: 'grace@laptop',
        outcome: 'switched',
      },
    ]);
  });

  test.each(['oops', '{"a":1}', '[7]'])('does not stand in its way when it reads %j', async (text) => {
    const run = fakeRun();
    annotate(run, text);
    await switchTraffic(run, REQUEST);
    expect(selected(run)).toMatchObject({ version: 'green' });
    expect(historyOf(run).map(({ id }) => id)).toEqual(['op-1', 'op-2']);
    expect(run.log.join()).toContain('was edited by hand');
  });

  test('has the entry of somebody who wrote between the read and the patch as well', async () => {
    const run = fakeRun();
    const other = { ...historyOf(run)[0], id: 'deploy-9' };
    atFirstPatch(run, 'before', () => annotate(run, JSON.stringify([other])));
    await switchTraffic(run, REQUEST);
    expect(historyOf(run).map(({ id }) => id)).toEqual(['deploy-9', 'op-1', 'op-2']);
  });

  test('is completed with the outcome, and keeps the entries of others', async () => {
    const run = fakeRun();
    await switchTraffic(run, REQUEST);
    await recordOutcome(run, 'shop-active', 'complete');
    expect(historyOf(run).map(({ id, outcome }) => [id, outcome])).toEqual([
      ['op-1', 'complete'],
      ['op-2', 'complete'],
    ]);
  });

  test('says of a switch that was given up that it was abandoned', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', unanswered);
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow('the switch was not carried out');
    expect(historyOf(run).at(-1)).toMatchObject({
      id: 'op-2-abandoned',
      outcome: 'abandoned',
      message: 'no answer from the server in 30s',
    });
  });

  test('tells a promotion whose watch failed from the switch back, with the reason', async () => {
    const run = fakeRun();
    atStep(run, 'watch', () => run.clock.after(3000, () => run.api.put(pod('green', 'g2', { ready: false }))));
    await promote(run, policyOf(30));
    expect(historyOf(run).slice(1)).toMatchObject([
      {
        id: 'op-2',
        kind: 'promote',
        outcome: 'rolled-back',
        message: 'green is unhealthy: 1 of 2 Pods are ready: pod "g2" is not ready',
      },
      {
        id: 'op-2-back',
        kind: 'switch-back',
        from: 'green',
        to: 'blue',
        fromVersion: 'v2',
        toVersion: 'v1',
        outcome: 'complete',
      },
    ]);
  });

  test('begins with the install', async () => {
    const run = fakeRun({ api: fakeApi() });
    const services = [manifestService('shop-active', 'blue'), manifestService('shop-preview', 'green')];
    await createServices(run, services, { image: 'registry.example:5000/shop:v1' });
    expect(historyOf(run)).toMatchObject([
      { id: 'op-2', kind: 'deploy', from: 'blue', to: 'blue', toVersion: 'v1', outcome: 'installed' },
    ]);
  });
});
