import { ENVIRONMENT_FLAG } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const rbac: Verb = {
  name: 'rbac',
  group: 'Setup Commands',
  args: 'NAME',
  maxArgs: 1,
  summary: 'Print the least-privilege Role and binding for a release',
  help: () => import('./help.js'),
  flags: {
    ...ENVIRONMENT_FLAG,
    for: {
      type: 'string',
      array: true,
      choices: ['view', 'verify', 'promote', 'deploy', 'cleanup', 'watch'],
      describe: 'What to allow: view, verify, promote, deploy, cleanup or watch, this flag can be repeated',
      hint: "'promote'",
    },
    subject: {
      type: 'string',
      array: true,
      describe: 'Whom to allow it: user:NAME, group:NAME or serviceaccount:[NAMESPACE/]NAME, this flag can be repeated',
      hint: '[]',
    },
    'role-name': { type: 'string', describe: 'Name of the Role and its binding', hint: "'NAME-promote'" },
    policy: {
      type: 'boolean',
      describe: 'Also print the ValidatingAdmissionPolicies that limit which fields the Role lets be changed',
      hint: 'false',
    },
    filename: { type: 'string', alias: 'f', array: true, describe: 'Folder or file of manifests', hint: '[]' },
    output: {
      type: 'string',
      alias: 'o',
      choices: ['yaml', 'json'],
      describe: 'Output format: yaml or json',
      hint: "'yaml'",
    },
  },
  load: () => import('./run.js'),
};
