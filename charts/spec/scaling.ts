/** How many Pods, how they are replaced, and where they run. */
import * as z from 'zod';
import { integer, labelValue, numberOrPercent, qualifiedName } from './formats.js';

const isZero = (value: number | string) => Number.parseInt(String(value), 10) === 0;

export const rolloutSchema = z
  .strictObject({
    maxSurge: numberOrPercent().default(1).describe('Pods above the wanted number while Pods are replaced.'),
    maxUnavailable: numberOrPercent().default(0).describe('Pods that may be missing while Pods are replaced.'),
    replace: z
      .enum(['together', 'gradually'])
      .default('together')
      .describe(
        'A deploy replaces the idle Pods, which carry no traffic, all at once, or as maxSurge and maxUnavailable say.',
      ),
    timeoutSeconds: integer(1, 86_400)
      .default(300)
      .describe('Seconds until a color that is not ready counts as failed.'),
  })
  .superRefine(({ maxSurge, maxUnavailable }, context) => {
    if (isZero(maxSurge) && isZero(maxUnavailable)) {
      context.addIssue({ code: 'custom', path: ['maxUnavailable'], message: 'maxSurge and maxUnavailable are both 0' });
    }
  });

export const autoscalingSchema = z
  .strictObject({
    minReplicas: integer(1).default(2).describe('Fewest Pods of a color; the idle color comes to it by itself.'),
    maxReplicas: integer(1).describe('Most Pods of a color.'),
    averageCpuUtilizationPercent: integer(1, 10_000).optional().describe('Wanted CPU use, in percent of the request.'),
    averageMemoryUtilizationPercent: integer(1, 10_000)
      .optional()
      .describe('Wanted memory use, in percent of the request.'),
    scaleDownStabilizationSeconds: integer(0, 3600)
      .optional()
      .describe('Seconds that load must stay low before Pods are removed; Kubernetes takes 300.'),
  })
  .superRefine((autoscaling, context) => {
    const { minReplicas, maxReplicas } = autoscaling;
    if (minReplicas > maxReplicas) {
      const message = `expected at least minReplicas, which is ${minReplicas}, got ${maxReplicas}`;
      context.addIssue({ code: 'custom', path: ['maxReplicas'], message });
    }
    if (!autoscaling.averageCpuUtilizationPercent && !autoscaling.averageMemoryUtilizationPercent) {
      const message = 'expected averageCpuUtilizationPercent or averageMemoryUtilizationPercent';
      context.addIssue({ code: 'custom', path: [], message });
    }
  });

export const podDisruptionBudgetSchema = z
  .strictObject({
    minAvailable: numberOrPercent().optional().describe('Pods of a color that must stay.'),
    maxUnavailable: numberOrPercent().optional().describe('Pods of a color that may be evicted at a time.'),
  })
  .superRefine(({ minAvailable, maxUnavailable }, context) => {
    if ((minAvailable === undefined) === (maxUnavailable === undefined)) {
      context.addIssue({ code: 'custom', path: [], message: 'expected either minAvailable or maxUnavailable' });
    }
    if (maxUnavailable !== undefined && isZero(maxUnavailable)) {
      const message = 'expected more than 0: no node could ever be drained';
      context.addIssue({ code: 'custom', path: ['maxUnavailable'], message });
    }
  });

export const antiAffinitySchema = z.strictObject({
  betweenColors: z
    .enum(['preferred', 'required'])
    .describe('Blue and green Pods should not, or must not, run in the same place.'),
  topologyKey: qualifiedName().default('kubernetes.io/hostname').describe('Node label that says what a place is.'),
});

export const topologySpreadSchema = z.strictObject({
  topologyKey: qualifiedName().describe('Node label, such as "topology.kubernetes.io/zone".'),
  maxSkew: integer(1).default(1).describe('How uneven the Pods of one color may be spread.'),
  whenUnsatisfiable: z
    .enum(['DoNotSchedule', 'ScheduleAnyway'])
    .default('ScheduleAnyway')
    .describe('What to do with a Pod that would exceed maxSkew.'),
});

export const tolerationSchema = z
  .strictObject({
    key: qualifiedName().optional().describe('Taint key; without one every taint matches.'),
    operator: z.enum(['Exists', 'Equal']).optional().describe('Equal, which compares value, if left out.'),
    value: labelValue().optional().describe('Taint value.'),
    effect: z
      .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
      .optional()
      .describe('Taint effect; all if left out.'),
    tolerationSeconds: integer(0).optional().describe('Seconds that a NoExecute taint is tolerated.'),
  })
  .superRefine(({ key, operator, value, effect, tolerationSeconds }, context) => {
    const rules: [boolean, string, string][] = [
      [key === undefined && operator !== 'Exists', 'operator', 'expected "Exists" because there is no key'],
      [operator === 'Exists' && value !== undefined, 'value', 'expected none because operator is "Exists"'],
      [
        tolerationSeconds !== undefined && effect !== 'NoExecute',
        'effect',
        'expected "NoExecute" for tolerationSeconds',
      ],
    ];
    for (const [broken, field, message] of rules) {
      if (broken) context.addIssue({ code: 'custom', path: [field], message });
    }
  });
