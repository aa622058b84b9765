import { ATOMIC, items, map, SET, type Shape } from './shape.js';

const PROTOCOL = { protocol: 'TCP' };

const METADATA = map({
  finalizers: SET,
  ownerReferences: { kind: 'items', keys: ['uid'], defaults: {}, item: ATOMIC },
});

const CONTAINERS = items(['name'], {
  env: items(['name'], {
    valueFrom: map({
      configMapKeyRef: ATOMIC,
      fieldRef: ATOMIC,
      fileKeyRef: ATOMIC,
      resourceFieldRef: ATOMIC,
      secretKeyRef: ATOMIC,
    }),
  }),
  ports: items(['containerPort', 'protocol'], {}, PROTOCOL),
  resources: map({ claims: items(['name']) }),
  volumeDevices: items(['devicePath']),
  volumeMounts: items(['mountPath']),
});

const SECRET_REF = map({ secretRef: ATOMIC });

const VOLUMES = items(['name'], {
  cephfs: SECRET_REF,
  cinder: SECRET_REF,
  csi: map({ nodePublishSecretRef: ATOMIC }),
  ephemeral: map({
    volumeClaimTemplate: map({ metadata: METADATA, spec: map({ dataSource: ATOMIC, selector: ATOMIC }) }),
  }),
  flexVolume: SECRET_REF,
  iscsi: SECRET_REF,
  rbd: SECRET_REF,
  scaleIO: SECRET_REF,
  storageos: SECRET_REF,
});

const POD_TEMPLATE = map({
  metadata: METADATA,
  spec: map({
    affinity: map({ nodeAffinity: map({ requiredDuringSchedulingIgnoredDuringExecution: ATOMIC }) }),
    containers: CONTAINERS,
    ephemeralContainers: CONTAINERS,
    hostAliases: items(['ip']),
    imagePullSecrets: { kind: 'items', keys: ['name'], defaults: {}, item: ATOMIC },
    initContainers: CONTAINERS,
    nodeSelector: ATOMIC,
    resourceClaims: items(['name']),
    resources: map({ claims: items(['name']) }),
    schedulingGates: items(['name']),
    topologySpreadConstraints: items(['topologyKey', 'whenUnsatisfiable'], { labelSelector: ATOMIC }),
    volumes: VOLUMES,
  }),
});

const CONDITIONS = map({ conditions: items(['type']) });
const WORKLOAD = map({ selector: ATOMIC, template: POD_TEMPLATE });

/** The kinds that a release is made of, by `GROUP/KIND`: what differs from the default of {@link Shape}. */
export const SHAPES: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  '/ConfigMap': {},
  '/Secret': {},
  '/Service': {
    spec: map({ ports: items(['port', 'protocol'], {}, PROTOCOL), selector: ATOMIC }),
    status: CONDITIONS,
  },
  '/ServiceAccount': {
    secrets: { kind: 'items', keys: ['name'], defaults: {}, item: ATOMIC },
  },
  'apps/Deployment': { spec: WORKLOAD, status: CONDITIONS },
  'autoscaling/HorizontalPodAutoscaler': { status: CONDITIONS },
  'batch/Job': { spec: WORKLOAD, status: map({ uncountedTerminatedPods: map({ failed: SET, succeeded: SET }) }) },
  'coordination.k8s.io/Lease': {},
  'networking.k8s.io/Ingress': {
    spec: map({ defaultBackend: map({ resource: ATOMIC, service: map({ port: ATOMIC }) }) }),
  },
  'networking.k8s.io/NetworkPolicy': { spec: map({ podSelector: ATOMIC }) },
  'policy/PodDisruptionBudget': { spec: map({ selector: ATOMIC }), status: CONDITIONS },
};

/** @returns undefined for a kind that is not in the table */
export function shapeOf({ apiVersion, kind }: { apiVersion: string; kind: string }): Shape | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const key = `${group}/${kind}`;
  return Object.hasOwn(SHAPES, key) ? map({ metadata: METADATA, ...SHAPES[key] }) : undefined;
}
