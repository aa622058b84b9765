#!/bin/bash
# Asks every Pod of a color for three paths, through a `kubectl port-forward` for each, 8 at a time: what a script would do.
#
#   test/bench/port-forward.sh NAMESPACE SELECTOR
set -euo pipefail

ask() {
  exec 3< <(exec kubectl port-forward "pod/$2" :3000 -n "$1" --address 127.0.0.1)
  local forward=$! line
  read -r line <&3
  local port=${line#*127.0.0.1:}
  port=${port%% *}
  for path in /api/v1/health /api/v1/health/ready /metrics; do
    curl -fsS -o /dev/null --max-time 10 "http://127.0.0.1:$port$path"
  done
  kill "$forward"
}
export -f ask

kubectl get pods -n "$1" -l "$2" -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}' |
  xargs -P 8 -I POD bash -c 'ask "$1" "$2"' ask "$1" POD
