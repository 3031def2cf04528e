/** A scenario to start from: it parses, can be predicted and run as it stands, and says what else may be written. */
export const TEMPLATE = `# A scenario: settings, what the client does, what is done to the network, and how long to measure.
# Save it as my-session.yaml, then: npm run lapse -- predict my-session.yaml; npm run lapse -- run my-session.yaml
# docs/SCENARIO.md explains every key, what else may stand under it, and which property of WCF it is.
# Durations: milliseconds under a key that ends in Ms, or the same key without Ms as a WCF time span:
#   receiveTimeoutMs: 4000    receiveTimeout: "00:00:04"    receiveTimeout: infinite
# Instants (at, heal) count from the start of the measurement: milliseconds, or a time span.

scenario: my-session # the file's name without its ending: a-z, 0-9 and -
about: An idle session is ended by the service's receive timeout, and a partition that heals in between changes nothing.
tags: [receive] # optional: words to choose by: suite --tag receive

profile: # optional: whose behaviour is modelled
  client: dotnet # dotnet | netfx (predicted only)
  service: netfx-4.8
  processors: 2 # defaults that depend on cores take this number

scale: 1 # by what factor WCF's own durations are multiplied below; it only says so
path: proxy # proxy | direct: without Toxiproxy in between, so without network faults

binding: # optional; these are the only values that are supported
  transport: tcp
  security: none
  reliableSession: false

client:
  raw: false # true: a bare socket that connects and is silent, for workloads of connect
  callStyle: sync # sync | async | duplex: who reads from the session between calls
  openTimeoutMs: 1000 # default 1 min
  closeTimeoutMs: 1000 # default 1 min
  # connectionPoolSettings: { idleTimeoutMs: 4800, leaseTimeoutMs: 12000 }   closed sessions leave connections to later ones
  # preambleCut: { after: 16, pauseMs: 600 }   the preamble is written in two parts, a pause between them

service:
  openTimeoutMs: 1000 # default 1 min
  closeTimeoutMs: 1000 # default 1 min
  receiveTimeoutMs: 4000 # default 10 min
  channelInitializationTimeoutMs: 1000 # default 30 s
  idleTimeoutMs: 2000 # default 2 min: how long a closed session's connection is kept for reuse
  # misbehave: neverAcknowledges   no preamble is ever answered; neverEnds: no End is

workload: # what the client does: open, close, abort; of a raw client: connect
  - { at: 500, do: open }
  # - { at: 500, do: connect, drip: { bytes: 1, everyMs: 100 } }   a raw client's preamble, a byte at a time

faults: # what Toxiproxy does, in its own words, or what is done to a process; [] is none. Without heal a fault lasts to the end.
  - { at: 1500, heal: 2500, stream: both, toxic: bandwidth, rate: 0 } # KB/s; 0 holds everything: a partition
  # - { at: 1500, stream: upstream, toxic: latency, latency: 200, jitter: 0 }          ms
  # - { at: 1500, stream: downstream, toxic: slicer, average_size: 64, delay: 1000 }    bytes, microseconds
  # - { at: 1500, stream: both, toxic: timeout, timeout: 0 }       ms; 0 holds everything, else it also closes
  # - { at: 1500, stream: upstream, toxic: limit_data, bytes: 100 }
  # - { at: 1500, stream: upstream, toxic: reset_peer, timeout: 0 }                    ms
  # - { at: 1500, stream: downstream, toxic: slow_close, delay: 500 }                  ms
  # - { at: 100, heal: 2000, toxic: down }                         nothing listens, and what is open is cut
  # - { at: 1500, heal: 2500, process: service, do: freeze }       service | client; freeze | kill

runFor: "00:00:06" # or runForMs: 6000
`;
