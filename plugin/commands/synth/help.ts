export const description =
  'Synthesize release specs into the manifests that are committed and reviewed. Without arguments: every\n' +
  'charts/releases/*.yaml. The same spec gives the same bytes; no cluster is asked. A release that has environments is\n' +
  'written as it is without one, and for each environment into the folder of its name.';

export const examples = `
# Synthesize every release of this checkout into dist/
kubectl bluegreen synth

# Fail when dist/ is not what the specs synthesize (for CI)
kubectl bluegreen synth --check

# Synthesize one environment alone, into dist/production/
kubectl bluegreen synth --environment=production

# Synthesize one release elsewhere
kubectl bluegreen synth releases/shop.yaml --output-dir=manifests`;
