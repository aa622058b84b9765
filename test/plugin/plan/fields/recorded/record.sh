#!/bin/sh
# Records what a real API server notes in metadata.managedFields: npm run -s cluster -- exec -- sh record.sh, in this folder.
set -eu
NAMESPACE=recorded-fields
k() { kubectl -n "$NAMESPACE" "$@"; }
save() { k get "$1" app --show-managed-fields -o yaml > "$2.yaml"; }
apply() { k apply --server-side --field-manager=bluegreen -f "$1"; }
edit() { EDITOR="sed -i $1" k edit deployment app; }

kubectl create namespace "$NAMESPACE"
trap 'kubectl delete namespace "$NAMESPACE" --wait=false' EXIT

apply deployment.yaml
apply service.yaml
save deployment deployment-applied
save service service-applied
k scale deployment app --replicas=2
k set image deployment app app=example.com/app:2
k annotate deployment app --overwrite note=two other=one
k label deployment app who=me
k rollout restart deployment app
k patch deployment app --type=merge -p '{"spec":{"minReadySeconds":3}}'
edit 's/value:..1./value:\ \"9\"/'
save deployment deployment-touched
k delete deployment app
k delete service app

k create -f deployment.yaml
sed 's/app:1/app:3/; s/note: one/note: three/' deployment.yaml > changed.yaml
k apply -f changed.yaml -f service.yaml
rm changed.yaml
save deployment deployment-client-side
save service service-client-side
k set env deployment app -c app A=7 D=8
k annotate deployment app other=one
k get deployment app -o json | sed 's/"progressDeadlineSeconds": 600/"progressDeadlineSeconds": 500/' | k replace -f -
save deployment deployment-client-side-touched
