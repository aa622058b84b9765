/** The container: its ports, environment, configuration, resources and security. */
import * as z from 'zod';
import { configKey, dnsLabel, envName, integer, objectName, portName, portNumber, quantity, text } from './formats.js';
import { compareQuantities } from './quantity.js';

export const containerSchema = z.strictObject({
  name: dnsLabel().optional().describe("Container name; the release's name if left out."),
  command: z.array(z.string()).min(1).optional().describe("In place of the image's entrypoint."),
  args: z.array(z.string()).min(1).optional().describe("In place of the image's arguments."),
});

export const portSchema = z.strictObject({
  name: portName().describe('Port name; Services and probes refer to it.'),
  containerPort: portNumber().describe('Port that the container listens on.'),
  servicePort: portNumber().optional().describe('Port of the Services; without one they do not offer this port.'),
});

const keyRef = (kind: string) =>
  z.strictObject({
    name: objectName().describe(`Name of the ${kind}.`),
    key: text(/^[-._A-Za-z0-9]+$/, 'a key of letters, digits, "-", "_" and "."').describe(`Key in the ${kind}.`),
    optional: z.boolean().optional().describe('Start the container even if the key is missing.'),
  });

/** @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#available-fields */
const fieldPath = () =>
  text(
    /^(metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(host|pod)IPs?)$/,
    'a field that the downward API offers, such as "metadata.name"',
  );

/** Sources of a variable that a Pod of no color has too. */
const kubernetesSource = z.strictObject({
  secretKeyRef: keyRef('Secret').optional().describe('A value in a Secret.'),
  configMapKeyRef: keyRef('ConfigMap').optional().describe('A value in a ConfigMap that is not part of the release.'),
  fieldRef: z
    .strictObject({ fieldPath: fieldPath().describe('Path, such as "metadata.name".') })
    .optional()
    .describe('A field of the Pod.'),
});

const releaseSource = z.strictObject({
  releaseField: z.enum(['color']).optional().describe('A value of the release itself: the color of the Pod.'),
  ...kubernetesSource.shape,
});

const exactlyOne = (schema: z.ZodObject) => (source: object, context: z.RefinementCtx) => {
  if (Object.keys(source).length === 1) return;
  const keys = Object.keys(schema.shape).join(', ');
  context.addIssue({ code: 'custom', path: [], message: `expected exactly one of ${keys}` });
};

export const envSchema = z.record(
  envName(),
  z.union([z.string(), releaseSource.superRefine(exactlyOne(releaseSource))]),
);
/** Variables of a Pod of no color. */
export const colorlessEnvSchema = z.record(
  envName(),
  z.union([z.string(), kubernetesSource.superRefine(exactlyOne(kubernetesSource))]),
);

export const configSchema = z.strictObject({
  scope: z
    .enum(['shared', 'color'])
    .default('shared')
    .describe('One ConfigMap for both colors, or one for each, so that a change of configuration is blue/green too.'),
  data: z
    .record(configKey(), z.string())
    .default({})
    .describe('ConfigMap data; each key becomes an environment variable of the same name.'),
});

const amounts = z.strictObject({
  cpu: quantity().optional().describe('CPU, such as "500m".'),
  memory: quantity().optional().describe('Memory, such as "128Mi".'),
  'ephemeral-storage': quantity().optional().describe('Local disk, such as "1Gi".'),
});

export const resourcesSchema = z
  .strictObject({
    requests: amounts.optional().describe('What the scheduler reserves for a Pod.'),
    limits: amounts.optional().describe('What a Pod cannot exceed.'),
  })
  .superRefine(({ requests = {}, limits = {} }, context) => {
    for (const name of ['cpu', 'memory', 'ephemeral-storage'] as const) {
      const [request, limit] = [requests[name], limits[name]];
      if (request !== undefined && limit !== undefined && compareQuantities(request, limit) > 0) {
        context.addIssue({
          code: 'custom',
          path: ['requests', name],
          message: `expected at most the limit "${limit}", got "${request}"`,
        });
      }
    }
  });

/** A field that is left out of the Pod, so that what the image or Kubernetes itself says holds. */
export const UNSET = 'unset';
export const orUnset = <T extends z.ZodType>(schema: T) => z.union([schema, z.literal(UNSET)]);

const capabilities = z.array(text(/^[A-Z_]+$/, 'a capability in capitals, such as "NET_BIND_SERVICE"'));

/** Defaults pass Pod Security "restricted"; each can be left out of the Pods. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const securityContextSchema = z
  .strictObject({
    runAsNonRoot: orUnset(z.boolean()).default(true).describe('Refuse to start as root.'),
    runAsUser: orUnset(integer(0)).default(1000).describe('User ID of the process.'),
    runAsGroup: integer(0).optional().describe('Group ID of the process.'),
    fsGroup: integer(0).optional().describe('Group ID that owns mounted volumes.'),
    readOnlyRootFilesystem: orUnset(z.boolean())
      .default(true)
      .describe("The image's files cannot be changed at run time."),
    allowPrivilegeEscalation: orUnset(z.boolean())
      .default(false)
      .describe('Whether a child process may gain more rights.'),
    capabilities: orUnset(
      z.strictObject({
        drop: capabilities.default(['ALL']).describe('Linux capabilities taken away.'),
        add: capabilities.default([]).describe('Linux capabilities given.'),
      }),
    )
      .prefault({})
      .describe('Linux capabilities.'),
    seccompProfile: z
      .enum(['RuntimeDefault', 'Unconfined', UNSET])
      .default('RuntimeDefault')
      .describe('System call filter.'),
  })
  .superRefine(({ runAsNonRoot, runAsUser }, context) => {
    if (runAsNonRoot === true && runAsUser === 0) {
      context.addIssue({
        code: 'custom',
        path: ['runAsUser'],
        message: 'expected a user ID above 0 because runAsNonRoot is true, got 0',
      });
    }
  });
