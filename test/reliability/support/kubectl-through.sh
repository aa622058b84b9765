#!/bin/sh
# kubectl, but who connects to the socket of its proxy reaches the server of faulty-server.ts, which passes on to the proxy.
for argument; do
  shift
  case $argument in
    --unix-socket=*)
      rm -f "$THROUGH_PROXY"
      ln -s "$THROUGH_SERVER" "${argument#*=}"
      argument=--unix-socket=$THROUGH_PROXY
      ;;
  esac
  set -- "$@" "$argument"
done
exec kubectl "$@"
