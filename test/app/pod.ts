/** A Pod of the sample application that passes Pod Security's level restricted. */
export const pod = (name: string, image: string, env: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 5,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image,
        env: Object.entries({ DEPLOYMENT_VERSION: 'green', ...env }).map(([key, value]) => ({ name: key, value })),
        readinessProbe: { httpGet: { path: '/health/ready', port: 3000 }, periodSeconds: 1 },
        lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  },
});
