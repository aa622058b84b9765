// Answers AdmissionReviews: images of Deployments without a registry get the one that the container runtime means. It runs
// in the cluster's network; arguments: the files of a certificate and its key. The port is on the first line of its output.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { json } from 'node:stream/consumers';

const [cert, key] = process.argv.slice(2).map((file) => readFileSync(file));

const server = createServer({ cert, key }, async (request, response) => {
  const review = await json(request);
  const { uid, object } = review.request;
  const patch = object.spec.template.spec.containers.flatMap(({ image }, index) =>
    image.includes('/')
      ? []
      : [
          {
            op: 'replace',
            path: `/spec/template/spec/containers/${index}/image`,
            value: `docker.io/library/${image}`,
          },
        ],
  );
  const answer = { uid, allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(patch)) };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: review.kind, response: answer }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
