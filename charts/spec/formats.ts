/** The kinds of text and number that the spec's fields hold, each with the words that its error says. */
import { BlockList, isIP } from 'node:net';
import * as z from 'zod';

const INT32_MAX = 2_147_483_647;

/** Text of a known form; `wanted` completes the sentence "expected ...". */
export const text = (pattern: RegExp, wanted: string, maxLength = 253) =>
  z.string().max(maxLength, `expected at most ${maxLength} characters`).regex(pattern, `expected ${wanted}`);

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

/** @param maxLength - shorter than Kubernetes' 63 where a suffix is added to the name */
export const dnsLabel = (maxLength = 63) =>
  text(new RegExp(`^${LABEL}$`), 'lower-case letters, digits and "-"', maxLength);

/** Service names must also start with a letter. @see https://www.rfc-editor.org/rfc/rfc1035 */
export const serviceName = (maxLength: number) =>
  text(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 'lower-case letters, digits and "-", starting with a letter', maxLength);

export const objectName = () => text(new RegExp(`^${SUBDOMAIN}$`), 'lower-case letters, digits, "-" and "."');

/** @see https://github.com/distribution/reference/blob/main/regexp.go */
export const imageRepository = () =>
  text(
    /^([a-zA-Z0-9][-.a-zA-Z0-9]*(:[0-9]{1,5})?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
    'an image repository without tag, such as "registry.example.com/team/app"',
    255,
  );
/** @see https://pkg.go.dev/github.com/distribution/reference */
export const imageReference = () =>
  text(
    /^([a-zA-Z0-9][-.a-zA-Z0-9]*(:[0-9]{1,5})?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[a-f0-9]{64})?$/,
    'an image, such as "registry.example.com/team/app:v0.2.0"',
    450,
  );
export const imageTag = () => text(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'an image tag, such as "v0.2.0"');
export const imageDigest = () => text(/^sha256:[a-f0-9]{64}$/, '"sha256:" and 64 hexadecimal digits');

export const envName = () => text(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'a name of letters, digits, "_", "-" and "."');
/** Keys that Kubernetes takes for both environment variables and ConfigMap data. */
export const configKey = envName;

const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]';
export const qualifiedName = () =>
  text(new RegExp(`^(${SUBDOMAIN}/)?${QUALIFIED}$`), 'a label or annotation name, such as "example.com/team"', 317);
export const labelValue = () => text(new RegExp(`^(${QUALIFIED})?$`), 'a label value', 63);

export const labelMap = () => z.record(qualifiedName(), labelValue());
export const annotationMap = () => z.record(qualifiedName(), z.string());

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = () =>
  text(/^([0-9]+(\.[0-9]*)?|\.[0-9]+)(m|k|Ki|[MGTPE]i?)?$/, 'a quantity, such as "500m" or "128Mi"', 32);

export const httpPath = () => text(/^\/[!-~]*$/, 'a path that starts with "/"', 1024);
export const headerName = () => text(/^[-A-Za-z0-9]+$/, 'a header name of letters, digits and "-"', 128);
export const headerValue = () => text(/^[ -~]*$/, 'printable ASCII text', 4096);
/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export const eventReason = () => text(/^[A-Za-z0-9]+$/, 'the reason of an event, such as "Unhealthy"', 128);
export const hostName = () => text(new RegExp(`^(\\*\\.)?${SUBDOMAIN}$`), 'a host name in lower case');

export const cidr = () =>
  text(/^[0-9a-fA-F:.]+\/[0-9]{1,3}$/, 'a CIDR, such as "10.0.0.0/8"', 64).refine(
    isCidr,
    'expected a CIDR of valid numbers',
  );

function isCidr(value: string): boolean {
  const [address = '', bits] = value.split('/');
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Whether all addresses of `inner` are in `outer`, which has more. */
export function isWithin(inner: string, outer: string): boolean {
  if (!isCidr(inner) || !isCidr(outer)) return false;
  const [[outerAddress = '', outerBits], [innerAddress = '', innerBits]] = [outer.split('/'), inner.split('/')];
  const family = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');
  const block = new BlockList();
  block.addSubnet(outerAddress, Number(outerBits), family(outerAddress));
  return block.check(innerAddress, family(innerAddress)) && Number(innerBits) > Number(outerBits);
}

export const integer = (min: number, max = INT32_MAX) => z.int().min(min).max(max);
export const portNumber = () => integer(1, 65_535);
/** At most 15 characters, of them at least one letter. */
export const portName = () =>
  text(/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/, 'a port name of lower-case letters, digits and "-"', 15);
export const portReference = () => z.union([portNumber(), portName()]);
export const numberOrPercent = () =>
  z.union([integer(0), text(/^([0-9]|[1-9][0-9]|100)%$/, 'a percentage, such as "25%"', 4)]);
