// What the programs of the GitOps tools have in common.
module kubectl-bluegreen/test/gitops/loop

go 1.26.0
