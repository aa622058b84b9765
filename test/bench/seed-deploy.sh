#!/bin/bash
# The script that this project replaces, written again from its description: the same calls of kubectl, curl and sleep
# in the same order, without the build of the image. Its fixed sleeps are the 10 s that were measured of it.
#
#   echo yes | NAMESPACE=shop test/bench/seed-deploy.sh v0.2.0
set -euo pipefail

version=${1:?usage: seed-deploy.sh VERSION}
namespace=${NAMESPACE:-default}
smoke_test_timeout=${SMOKE_TEST_TIMEOUT:-60}
retries=${HEALTH_CHECK_RETRIES:-10}
interval=${HEALTH_CHECK_INTERVAL:-5}
local_port=${LOCAL_PORT:-18080}
forward=

say() { echo "==> $*" >&2; }
stop_forward() { [ -z "$forward" ] || { kill "$forward" && wait "$forward"; } 2>/dev/null || true; forward=; }
trap stop_forward EXIT

start_forward() {
  kubectl port-forward service/engine-ops-preview "$local_port:80" -n "$namespace" >/dev/null &
  forward=$!
  sleep "$1"
}

fail() {
  say "failed: $*: rolling back deployment/engine-ops-$idle"
  kubectl rollout undo "deployment/engine-ops-$idle" -n "$namespace"
  exit 1
}

healthy() {
  local attempt
  for ((attempt = 1; attempt <= retries; attempt++)); do
    if curl -fsS -o /dev/null --max-time 10 "http://localhost:$local_port$1"; then return 0; fi
    say "$1: attempt $attempt of $retries failed"
    sleep "$interval"
  done
  return 1
}

smoke_test() {
  local path
  for path in /api/v1/health /api/v1/health/ready /metrics; do
    curl -fsS -o /dev/null --max-time "$smoke_test_timeout" "http://localhost:$local_port$path" || return 1
  done
}

point() {
  kubectl patch service "$1" -n "$namespace" -p "{\"spec\":{\"selector\":{\"version\":\"$2\"}}}"
}

# 1. Determine the active environment.
active=$(kubectl get service engine-ops-active -n "$namespace" -o 'jsonpath={.spec.selector.version}')
if [ "$active" = blue ]; then idle=green; else idle=blue; fi
say "active: $active, deploying $version to $idle"

# 2. Deploy.
kubectl set image "deployment/engine-ops-$idle" "engine-ops=engine-ops:$version" -n "$namespace"
kubectl rollout status "deployment/engine-ops-$idle" -n "$namespace" --timeout=300s

# 3. Health verification, on the preview Service.
start_forward 3
healthy /api/v1/health && healthy /api/v1/health/ready || fail "health checks"
stop_forward

# 4. Smoke tests.
start_forward 2
smoke_test || fail "smoke tests"
stop_forward

# 5. Traffic switch.
read -r -p "Switch traffic to $idle? (yes/no): " answer
[ "$answer" = yes ] || { say "not confirmed"; exit 1; }
point engine-ops-active "$idle"
point engine-ops-preview "$active"

# 6. Post-deployment monitoring.
sleep 5
kubectl get pods -l "app=engine-ops,version=$idle" -n "$namespace"
say "done: $version is active on $idle"
