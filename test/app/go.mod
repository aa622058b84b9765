// The sample application that the end-to-end tests release; standard library only.
module kubectl-bluegreen/test/app

go 1.24
