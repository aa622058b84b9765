export const description = 'Print the version of this plugin.';

export const examples = 'kubectl bluegreen version';
