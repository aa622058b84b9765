/** How requests reach the Pods: the active Service, an Ingress, a NetworkPolicy. */
import * as z from 'zod';
import { annotationMap, cidr, hostName, httpPath, isWithin, labelMap, objectName, portReference } from './formats.js';

export const serviceSchema = z.strictObject({
  type: z
    .enum(['LoadBalancer', 'NodePort', 'ClusterIP'])
    .default('LoadBalancer')
    .describe('Type of the active Service.'),
  annotations: annotationMap().default({}).describe("Annotations of the active Service, such as a cloud provider's."),
});

export const ingressSchema = z
  .strictObject({
    className: objectName().optional().describe("IngressClass; the cluster's default if left out."),
    annotations: annotationMap().default({}).describe("Annotations, such as the controller's."),
    hosts: z.array(hostName()).min(1).describe('Host names that lead to the active color.'),
    previewHosts: z.array(hostName()).default([]).describe('Host names that lead to the idle color.'),
    path: httpPath().default('/').describe('Path prefix.'),
    tlsSecretName: objectName().optional().describe('Secret with the certificate of all hosts; no TLS if left out.'),
  })
  .superRefine(({ hosts, previewHosts }, context) => {
    const seen = new Set<string>();
    for (const [key, names] of Object.entries({ hosts, previewHosts })) {
      for (const [index, host] of names.entries()) {
        if (seen.has(host)) {
          context.addIssue({ code: 'custom', path: [key, index], message: `host "${host}" is listed twice` });
        }
        seen.add(host);
      }
    }
  });

const peer = z
  .strictObject({
    podSelector: labelMap().optional().describe('Labels of Pods; in this namespace without a namespaceSelector.'),
    namespaceSelector: labelMap().optional().describe('Labels of namespaces; {} is all of them.'),
    ipBlock: z
      .strictObject({
        cidr: cidr().describe('Addresses.'),
        except: z.array(cidr()).min(1).optional().describe('Addresses in cidr that are left out.'),
      })
      .superRefine((block, context) => {
        for (const [index, except] of (block.except ?? []).entries()) {
          if (isWithin(except, block.cidr)) continue;
          const message = `expected a part of ${block.cidr}, got "${except}"`;
          context.addIssue({ code: 'custom', path: ['except', index], message });
        }
      })
      .optional()
      .describe('Addresses outside the cluster.'),
  })
  .superRefine(({ podSelector, namespaceSelector, ipBlock }, context) => {
    if ((ipBlock === undefined) === (podSelector === undefined && namespaceSelector === undefined)) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'expected either an ipBlock, or a podSelector or namespaceSelector or both',
      });
    }
  });

export type Peer = z.output<typeof peer>;

const egressRule = z.strictObject({
  to: z.array(peer).min(1).optional().describe('Where to; anywhere if left out.'),
  ports: z
    .array(
      z.strictObject({
        port: portReference().describe('Port, by number or name.'),
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP').describe('Protocol.'),
      }),
    )
    .min(1)
    .optional()
    .describe('Ports; all if left out.'),
});

export const networkPolicySchema = z.strictObject({
  ingressFrom: z.array(peer).min(1).describe('Who may connect to the ports of either color.'),
  egress: z
    .array(egressRule)
    .optional()
    .describe('Where the Pods may connect to (name DNS too); everywhere if left out, nowhere if empty.'),
});
