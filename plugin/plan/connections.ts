/** A state of a TCP socket in /proc/net/tcp. */
const ESTABLISHED = '01';
const LOOPBACK = /^(0100007F|0{24}01000000|0{16}FFFF00000100007F)$/;

/**
 * How many connections a Pod's ports have, by the text of /proc/net/tcp and /proc/net/tcp6 of one of its containers: they
 * share a network. Those over the loopback are of a port-forward, or of the containers among themselves.
 *
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function establishedConnections(text: string, ports: ReadonlySet<number>): number {
  return text.split('\n').filter((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === ESTABLISHED && ports.has(Number.parseInt(port, 16)) && !LOOPBACK.test(address);
  }).length;
}
