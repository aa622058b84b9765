import { EXIT } from '../../core/errors.js';
import { effectOf } from '../../plan/advice/effect.js';
import { undoneBy } from '../../plan/advice/undone-by.js';
import { objectName } from '../../plan/steps.js';
import { foreignObjects } from './examinations/foreign.js';
import { EXAMINATIONS } from './examinations/index.js';
import type { Facts, Subject } from './facts.js';
import { byHarm, type Finding } from './finding.js';
import type { Gathered } from './gather.js';

/** What `doctor -o json` prints. */
export interface Report {
  readonly release: string;
  readonly namespace: string;
  readonly context: string;
  readonly findings: readonly Finding[];
  readonly checked: readonly { readonly id: string; readonly what: string }[];
  readonly notExamined: readonly { readonly id: string; readonly what: string; readonly why: string }[];
  readonly exitCode: number;
}

/** What only adds to an examination: without it less evidence is shown. */
const EVIDENCE: readonly { readonly subject: Subject; readonly what: string }[] = [
  { subject: 'events', what: 'events' },
  { subject: 'namespaces', what: 'whether the namespace is being deleted' },
  { subject: 'logs', what: 'logs of the Pods' },
  { subject: 'replicasets', what: 'which Pods are of which ReplicaSet' },
];

/** Puts every examination to the facts; one that lacks what it needs is named, never taken for passed. */
export function examine({ facts, notReached }: Gathered, context: string): Report {
  const lacking = (needs: readonly Subject[]) => needs.find((subject) => facts.unread.has(subject));
  const able = EXAMINATIONS.filter(({ needs }) => lacking(needs) === undefined);
  const others = new Set(foreignObjects(facts).map(({ object }) => objectName(object)));
  const isOwn = ({ id, object }: Finding) => id === 'foreign-object' || !others.has(object);
  const findings = byHarm(able.flatMap(({ examine }) => examine(facts)).filter(isOwn));
  return {
    release: facts.release,
    namespace: facts.namespace,
    context,
    findings: findings.map(withoutEmptyEvidence).map((finding) => withEffect(facts, finding)),
    checked: able.map(({ id, what }) => ({ id, what })),
    notExamined: [
      ...skipped(facts),
      ...notReached.map((why) => ({ id: 'checks', what: 'the checks of one Pod', why })),
    ],
    exitCode: findings.some(({ severity }) => severity === 'problem') ? EXIT.refused : EXIT.done,
  };
}

function skipped(facts: Facts): Report['notExamined'] {
  const why = (subject: Subject) => facts.unread.get(subject);
  return [
    ...EXAMINATIONS.flatMap(({ id, what, needs }) => {
      const missing = needs.map(why).find((text) => text !== undefined);
      return missing === undefined ? [] : [{ id, what, why: missing }];
    }),
    ...EVIDENCE.flatMap(({ subject, what }) => {
      const missing = why(subject);
      return missing === undefined ? [] : [{ id: subject, what, why: missing }];
    }),
  ];
}

/** Every command is planned in memory before it is printed: one that moves users says so, and one that does not last. */
function withEffect(facts: Facts, { evidence, ...finding }: Finding): Finding {
  const { state, owner } = facts;
  const effects = [effectOf(facts, finding.fix), undoneBy(state, finding, owner === undefined)];
  const effect = effects.filter((one) => one !== undefined).join('; ');
  return { ...finding, ...(effect !== '' && { effect }), ...(evidence && { evidence }) };
}

function withoutEmptyEvidence({ evidence, ...finding }: Finding): Finding {
  return evidence && evidence.length > 0 ? { ...finding, evidence } : finding;
}
