/**
 * What deploy, verify, promote and rollback must know of a release besides its objects.
 *
 * Synthesis writes it as JSON into annotations of the same name, so that a promotion needs no checkout: what belongs to a
 * version on each color's Deployment, so that each color is verified as its own version asks; what belongs to the release
 * on the active Service. Types only: reading it must load nothing.
 */
export interface Policy extends ReleasePolicy, VersionPolicy {}

/** On the active Service. */
export interface ReleasePolicy {
  readonly promotion: {
    /** Ask before traffic moves. */
    readonly confirm: boolean;
    /** Seconds to watch the new color after the switch. */
    readonly soakSeconds: number;
    /** Switch back when the watch finds the new color unhealthy. */
    readonly automaticRollback: boolean;
    /** With one patch, or with both colors in the selector for a while; undefined: not said, and so `atomic`. */
    readonly switch?: SwitchMode;
    /** Seconds that both colors stay in the selector once every new Pod is an endpoint. */
    readonly overlapSeconds?: number;
    /** Reasons of Warning events that the watch does not mind. */
    readonly ignoreEventReasons?: readonly string[];
  };
}

/** On the Deployment of each color. */
export interface VersionPolicy {
  /** Name of the container whose image is the release's version. */
  readonly container: string;
  /** containerPort that the checks ask, unless a check names its own. */
  readonly port: number;
  readonly checks: readonly Check[];
  readonly rollout: {
    /** Seconds until a color that does not become ready counts as failed. */
    readonly timeoutSeconds: number;
    /** `together`: the idle color's Pods, which carry no traffic, are replaced at once; `gradually`: as the spec's strategy says. */
    readonly replace: 'together' | 'gradually';
    /** The Deployment's own rolling update strategy, in place whenever the plugin is not replacing idle Pods. */
    readonly maxSurge: number | string;
    readonly maxUnavailable: number | string;
  };
  /** The Job that is run once for each version before the idle color is deployed. */
  readonly migrations?: JobTemplate;
}

/** How traffic moves: at once, or by way of both colors. */
export type SwitchMode = 'atomic' | 'overlap';

/** A Job that has no name yet. A container without an image runs the one that is deployed. */
export interface JobTemplate {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly backoffLimit: number;
    readonly activeDeadlineSeconds: number;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly name: string; readonly image?: string }[] };
    };
  };
}

/** What a color must pass before traffic moves to it: the kind is told by the one of `path`, `tcp` and `command` that is there. */
export type Check = PodCheck | CommandCheck;

/** What every Pod of a color is asked. */
export type PodCheck = HttpCheck | TcpCheck;

export interface Attempts {
  readonly name: string;
  /** Seconds for one attempt, until the last byte of the body, or until a command ends. */
  readonly timeoutSeconds: number;
  /** Attempts in all, as HEALTH_CHECK_RETRIES counts them. */
  readonly retries: number;
  /** Seconds between two attempts. */
  readonly intervalSeconds: number;
}

/** One HTTP GET that every Pod must answer as described. */
export interface HttpCheck extends Attempts {
  readonly path: string;
  readonly port?: number;
  /** Status codes that pass. */
  readonly status: readonly number[];
  /** Request headers. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Response headers and the text that each must hold. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text that the body must hold. */
  readonly bodyContains?: string;
  /** Values in a JSON body, by path: `{"status": "ok", "checks.0.up": true}`. */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>;
  /** Metrics in a body of Prometheus' text format. */
  readonly metrics?: readonly MetricBound[];
  /** Milliseconds that the answer may take, to its last byte. */
  readonly maxLatencyMs?: number;
}

/** What the series of a metric that have these labels must be. */
export interface MetricBound {
  readonly name: string;
  /** Labels that a series must have to count; it may have others. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly min?: number;
  readonly max?: number;
  /** Whether there must be such a series, or must be none. Without it `min` wants one, and `max` alone does not. */
  readonly present?: boolean;
  /** With several series: each must hold by itself, or all of them added up. */
  readonly combine?: 'each' | 'sum';
}

/** One TCP connection that every Pod must take. */
export interface TcpCheck extends Attempts {
  readonly tcp: { readonly port?: number };
}

/**
 * A program on the machine that runs the plugin, run once for a color with PREVIEW_URL set.
 *
 * Everyone who may edit the Service may write its annotation, so the plugin runs none from there without --run-commands.
 */
export interface CommandCheck extends Attempts {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
}
