/** The release spec: the one source of its type, its run-time check and its JSON Schema. */
import * as z from 'zod';
import { DEFAULT_CHECKS } from '../default-checks.js';
import { COLORS } from '../names.js';
import { checksSchema } from './checks.js';
import {
  configSchema,
  containerSchema,
  envSchema,
  orUnset,
  portSchema,
  resourcesSchema,
  securityContextSchema,
} from './container.js';
import { annotationMap, dnsLabel, integer, labelMap, objectName, serviceName } from './formats.js';
import { colorsSchema, imageSchema } from './image.js';
import { migrationsSchema } from './migrations.js';
import { livenessProbeSchema, readinessProbeSchema, startupProbeSchema } from './probes.js';
import { promotionSchema } from './promotion.js';
import {
  antiAffinitySchema,
  autoscalingSchema,
  podDisruptionBudgetSchema,
  rolloutSchema,
  tolerationSchema,
  topologySpreadSchema,
} from './scaling.js';
import { ingressSchema, networkPolicySchema, serviceSchema } from './traffic.js';

const MAX_NAME_LENGTH = 63 - '-preview'.length;

const serviceAccountSchema = z.strictObject({
  create: z.boolean().default(true).describe('Whether the ServiceAccount is part of the release.'),
  name: objectName().optional().describe("ServiceAccount name; the release's name if left out."),
  annotations: annotationMap().default({}).describe("Annotations of the ServiceAccount, such as a cloud role's."),
  automountToken: orUnset(z.boolean()).default(false).describe('Whether Pods get a token for the Kubernetes API.'),
});

export const releaseShape = z.strictObject({
  name: serviceName(MAX_NAME_LENGTH).describe('Release name: all objects are named after it.'),
  namespace: dnsLabel().optional().describe('Namespace; without one none is written and kubectl chooses.'),
  active: z.enum(COLORS).default('blue').describe('The color that has the traffic.'),

  image: imageSchema.describe('The image that both colors run.'),
  colors: colorsSchema.describe('What each color runs.'),
  replicas: integer(1).optional().describe('Pods of the active color; 2 if left out. Not with autoscaling.'),
  idleReplicas: z
    .union([integer(0), z.literal('full')])
    .default('full')
    .describe('Pods of the idle color: 0, a few kept warm, or "full" for as many as the active color.'),
  rollout: rolloutSchema.prefault({}).describe('How the Pods of a color are replaced.'),

  container: containerSchema.prefault({}).describe('The container.'),
  ports: z
    .array(portSchema)
    .min(1)
    .default([{ name: 'http', containerPort: 3000, servicePort: 80 }])
    .describe('Ports; the first is the one that probes and checks ask.'),
  env: envSchema.default({}).describe('Environment variables, in this order.'),
  config: configSchema.prefault({}).describe('Configuration that a ConfigMap holds.'),
  resources: resourcesSchema
    .default({ requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } })
    .describe('CPU, memory and disk; given, it replaces the default as a whole.'),

  startupProbe: startupProbeSchema.describe('Until it passes the other probes wait; false for none.'),
  livenessProbe: livenessProbeSchema.describe('When it fails the container is restarted; false for none.'),
  readinessProbe: readinessProbeSchema.describe('When it fails the Pod gets no traffic.'),
  preStopSeconds: integer(0)
    .default(15)
    .describe('Seconds a Pod serves on after it was told to end, to drain; 0 for none.'),
  preStopCommand: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('What is run in place of "sleep"; preStopSeconds then says how long it takes.'),
  terminationGracePeriodSeconds: integer(1).default(30).describe('Seconds until a Pod that was told to end is killed.'),

  securityContext: securityContextSchema
    .prefault({})
    .describe('Defaults pass Pod Security "restricted"; "unset" leaves a field out.'),
  serviceAccount: serviceAccountSchema
    .optional()
    .describe("ServiceAccount of the Pods; the namespace's default if left out."),
  nodeSelector: labelMap().default({}).describe('Labels of the nodes to run on.'),
  tolerations: z.array(tolerationSchema).default([]).describe('Taints of nodes that the Pods tolerate.'),
  antiAffinity: antiAffinitySchema.optional().describe('Keeps the colors apart.'),
  topologySpreadConstraints: z.array(topologySpreadSchema).default([]).describe('Spreads the Pods of each color.'),

  labels: labelMap().default({}).describe('More labels for every object and Pod.'),
  annotations: annotationMap().default({}).describe('Annotations for every object.'),
  podAnnotations: annotationMap().default({}).describe('Annotations for every Pod.'),

  service: serviceSchema.prefault({}).describe('The active Service.'),
  autoscaling: autoscalingSchema.optional().describe('One HorizontalPodAutoscaler for each color.'),
  podDisruptionBudget: podDisruptionBudgetSchema.optional().describe('One PodDisruptionBudget for each color.'),
  ingress: ingressSchema.optional().describe('An Ingress for the active and the preview Service.'),
  networkPolicy: networkPolicySchema.optional().describe('A NetworkPolicy for the Pods of both colors.'),

  migrations: migrationsSchema
    .optional()
    .describe('A Job that is run once for each version, before the idle color is deployed.'),
  checks: checksSchema.prefault(DEFAULT_CHECKS).describe('What a color must pass before traffic moves to it.'),
  promotion: promotionSchema.prefault({}).describe('How traffic moves.'),
});

/** A release with every default filled in. */
export type ReleaseSpec = z.output<typeof releaseShape>;
/** A release as a spec file holds it. */
export type ReleaseInput = z.input<typeof releaseShape>;
