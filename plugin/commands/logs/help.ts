export const description =
  'Print the logs of every Pod of a color, or of both, each line after its color and Pod. Without --follow the lines are\n' +
  'in the order of their times. With it, Pods that come later are followed from their beginning, and containers over their\n' +
  'restarts; active and idle are the colors that are so when the command starts. Control characters are escaped.';

export const examples = `
# The last lines of every Pod of both colors
kubectl bluegreen logs engine-ops

# Follow the color that has the traffic
kubectl bluegreen logs engine-ops active --follow

# What both colors said since traffic was moved
kubectl bluegreen logs engine-ops --since-promote

# What the green containers said before they restarted
kubectl bluegreen logs engine-ops green --previous --tail=50

# An object a line, for a script
kubectl bluegreen logs engine-ops --since=10m -o json | jq -r 'select(.color == "blue") | .line'`;
