export const description = 'List the global options, which are handed to kubectl.';

export const examples = 'kubectl bluegreen options';
