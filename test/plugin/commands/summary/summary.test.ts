import { describe, expect, test } from '@jest/globals';
import { type Evidence, parseEvidence } from '../../../../plugin/commands/summary/evidence.js';
import { summaryMarkdown } from '../../../../plugin/commands/summary/markdown.js';
import { summaryOutputs } from '../../../../plugin/commands/summary/outputs.js';

const color = (name: string, version: string) => ({
  color: name,
  version,
  image: `shop:${version}`,
  desired: 2,
  ready: 2,
});

const EVIDENCE: Evidence = {
  release: 'shop',
  namespace: 'store',
  context: 'kind-kind',
  operation: 'promote',
  operationId: 'an-id',
  phase: 'complete',
  active: color('green', 'v2'),
  idle: color('blue', 'v1'),
  steps: [
    {
      kind: 'verify',
      description: 'verify every Pod of green',
      status: 'done',
      seconds: 0.24,
      verified: [{ pod: 'shop-green-1', checks: [{ name: 'health', ms: 7, attempts: 1 }] }],
    },
    { kind: 'prove', description: 'prove', status: 'done', seconds: 0.1, convergence: { ms: 6, endpoints: 2 } },
  ],
  warnings: [],
  exitCode: 0,
};

describe('summaryMarkdown', () => {
  test('says what clients would get, and what was not asked', () => {
    const steps = [
      {
        kind: 'prove',
        description: 'prove',
        requests: { asked: 2, answered: 1 },
        probes: [{ url: 'https://shop.example/', status: 200, ms: 9 }],
        notAsked: ['service "shop-active", port 53/UDP: <b>'],
      },
    ];
    expect(summaryMarkdown({ ...EVIDENCE, steps })).toContain(
      '- Through the Service 2 requests, 1 port passed.\n- `https://shop.example/` answered 200 in 9 ms.\n' +
        '- Not asked: service "shop-active", port 53/UDP: &lt;b&gt;',
    );
  });

  test('says where traffic is, what was done, and what was verified', () => {
    expect(summaryMarkdown(EVIDENCE)).toBe(`### ✅ promote shop: complete

Traffic is on **green** (\`v2\`): namespace \`store\`, context \`kind-kind\`.

| color | traffic | version | image | ready |
| --- | --- | --- | --- | --- |
| green | active | \`v2\` | \`shop:v2\` | 2/2 |
| blue | idle | \`v1\` | \`shop:v1\` | 2/2 |

|  | step | seconds |
| --- | --- | --- |
| ✅ | verify every Pod of green | 0.2 |
| ✅ | prove (2 endpoints after 6 ms) | 0.1 |

<details><summary>1 Pod verified</summary>

| Pod | check | ms | attempts |
| --- | --- | --- | --- |
| \`shop-green-1\` | health | 7 | 1 |

</details>

Operation \`an-id\`, exit code 0.`);
  });

  test('of a run that was refused before the release was read', () => {
    const refused = { ...EVIDENCE, phase: 'refused', active: null, idle: null, steps: [], message: 'no', exitCode: 3 };
    const text = summaryMarkdown(refused);
    expect(text).toContain('### ❌ promote shop: refused');
    expect(text).toContain('Refused before the release was read: namespace `store`');
    expect(text).toContain('> no');
    expect(text).not.toContain('| color |');
  });

  test('lets nothing that a Pod said out of its place', () => {
    const message = 'a | b\n# title <img src=x> `code` [link](http://x) @team \u001b[31m';
    const text = summaryMarkdown({ ...EVIDENCE, message, active: color('green', 'v`2|') });
    expect(text).toContain(
      '> a \\| b \\# title &lt;img src=x&gt; \\`code\\` \\[link\\](http://x) \\@team \\\\u001b\\[31m',
    );
    expect(text).toContain("`v'2\\|`");
  });
});

describe('summaryOutputs', () => {
  test('are one line each', () => {
    expect(summaryOutputs(EVIDENCE).split('\n')).toEqual([
      'release=shop',
      'namespace=store',
      'operation=promote',
      'operation-id=an-id',
      'phase=complete',
      'active-color=green',
      'version=v2',
      'image=shop:v2',
      'exit-code=0',
    ]);
  });

  test('whatever a value holds', () => {
    const hostile = { ...EVIDENCE, active: color('green', 'v2\nactive-color=red\r\u2028x') };
    expect(summaryOutputs(hostile).split('\n')).toHaveLength(9);
    expect(summaryOutputs(hostile)).not.toMatch(/^active-color=red/m);
  });
});

describe('parseEvidence', () => {
  test.each([
    ['', 'evidence.json is not the document of a run: it is empty'],
    ['{', 'evidence.json is not the document of a run: '],
    ['null', 'want what deploy, promote or rollback print with -o json'],
    ['{"release":"shop"}', 'want what deploy, promote or rollback print with -o json'],
  ])('refuses %j', (text, message) => {
    expect(() => parseEvidence(text, 'evidence.json')).toThrow(message);
  });

  test('takes what a run printed', () => {
    expect(parseEvidence(JSON.stringify(EVIDENCE), 'evidence.json')).toEqual(EVIDENCE);
  });
});

describe('a run after which the release could not be read', () => {
  const stale = { ...EVIDENCE, observedAt: 'before' };

  test('is summarized without saying that what was seen before is what runs now', () => {
    const text = summaryMarkdown(stale);
    expect(text).toContain('Traffic is on **green** as far as the run knows, which could not read it afterwards');
    expect(text).toContain('| color | traffic | version (before the run) | image (before the run) |');
  });

  test('has a color and no version among its outputs', () => {
    const lines = summaryOutputs(stale).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['active-color=green', 'version=', 'image=']));
  });
});
