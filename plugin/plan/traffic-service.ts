import { activeServiceName } from '../../charts/names.js';
import type { Service, ServicePort } from '../core/kubernetes.js';
import type { Plan } from './steps.js';

/** The Service through which a color is going to get traffic. */
export interface TrafficService {
  readonly name: string;
  /** Ports that it has once the color has the traffic; undefined: those that it has now. */
  readonly ports?: readonly ServicePort[];
}

/** The Service that a plan moves, or makes; undefined where no color gets traffic that had none. */
export function trafficService({ steps, release }: Plan): TrafficService | undefined {
  for (const step of steps) {
    if (step.kind === 'switch') return { name: step.service, ...(step.ports && { ports: step.ports }) };
    if (step.kind !== 'create') continue;
    const active = step.services.find(({ metadata }) => metadata.name === activeServiceName(release));
    if (active) return { name: active.metadata.name, ports: (active as Service).spec.ports ?? [] };
  }
  return undefined;
}
