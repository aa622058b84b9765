/** The three probes, with every field of Kubernetes' httpGet probe. Each field left out has the default of its probe. */
import * as z from 'zod';
import { headerName, headerValue, hostName, httpPath, integer, portReference } from './formats.js';

const httpGet = (path: string) =>
  z.strictObject({
    path: httpPath().default(path).describe('Path to ask.'),
    port: portReference().optional().describe('Port, by name or number; the first of ports if left out.'),
    scheme: z.enum(['HTTP', 'HTTPS']).optional().describe('HTTP if left out; certificates are not verified.'),
    host: hostName().optional().describe("Host to connect to; the Pod's address if left out."),
    httpHeaders: z
      .array(
        z.strictObject({ name: headerName().describe('Header name.'), value: headerValue().describe('Header value.') }),
      )
      .min(1)
      .optional()
      .describe('Request headers.'),
  });

const initialDelaySeconds = integer(0).describe('Seconds from the start of the container to the first probe.');
const periodSeconds = integer(1).describe('Seconds between two probes.');
const timeoutSeconds = integer(1).describe('Seconds until a probe counts as failed.');
const failureThreshold = integer(1).describe('Failures in a row that count.');
const successThreshold = integer(1).describe('Successes in a row that count.');
const onceIsEnough = z.literal(1).optional().describe('Kubernetes takes only 1 here.');
const graceSeconds = integer(1)
  .optional()
  .describe('In place of terminationGracePeriodSeconds when this probe ends the container.');

const startup = z.strictObject({
  httpGet: httpGet('/health/live').prefault({}).describe('The request.'),
  initialDelaySeconds: initialDelaySeconds.default(5),
  periodSeconds: periodSeconds.default(5),
  timeoutSeconds: timeoutSeconds.optional(),
  failureThreshold: failureThreshold.default(12),
  successThreshold: onceIsEnough,
  terminationGracePeriodSeconds: graceSeconds,
});

const liveness = z.strictObject({
  httpGet: httpGet('/health/live').prefault({}).describe('The request.'),
  initialDelaySeconds: initialDelaySeconds.default(30),
  periodSeconds: periodSeconds.default(10),
  timeoutSeconds: timeoutSeconds.default(5),
  failureThreshold: failureThreshold.default(3),
  successThreshold: onceIsEnough,
  terminationGracePeriodSeconds: graceSeconds,
});

const readiness = z.strictObject({
  httpGet: httpGet('/health/ready').prefault({}).describe('The request.'),
  initialDelaySeconds: initialDelaySeconds.default(10),
  periodSeconds: periodSeconds.default(5),
  timeoutSeconds: timeoutSeconds.default(3),
  failureThreshold: failureThreshold.default(3),
  successThreshold: successThreshold.default(2),
});

const orNone = <T extends z.ZodType>(probe: T) => z.union([z.literal(false), probe]);

export const startupProbeSchema = orNone(startup).prefault({});
export const livenessProbeSchema = orNone(liveness).prefault({});
export const readinessProbeSchema = readiness.prefault({});

export type Probe = z.output<typeof startup> | z.output<typeof liveness> | z.output<typeof readiness>;
