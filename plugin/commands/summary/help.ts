export const description =
  'Render the document that deploy, promote or rollback printed with -o json: as Markdown for the summary of a pipeline or\n' +
  'a comment, or as NAME=VALUE lines. FILE is -, or left out, for stdin. No cluster is asked.';

export const examples = `
# Show what a promotion did, as Markdown: "promote engine-ops --yes -o json > evidence.json" kept it
kubectl bluegreen summary evidence.json

# As lines for $GITHUB_OUTPUT: active-color, version, phase, exit-code and others
kubectl bluegreen summary evidence.json -o outputs`;
