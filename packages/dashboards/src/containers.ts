import { board } from './frame.ts'
import { logsPanel, redFrom, row, size, statPanel, trendPanel } from './panels.ts'
import { ofLargest, rate } from './series.ts'

const service = 'container_label_com_docker_compose_service'
const shown = `${service}=~"$container", ${service}!=""`
const profile = 'Only with the compose profile containers: docker compose --profile containers up -d.'
const legend = `{{${service}}}`
const off = 'is the profile on?'

export const containers = () =>
  board({
    uid: 'containers',
    title: 'Containers',
    description: 'What each container uses. Has data with the compose profile "containers" (cAdvisor), on Linux hosts.',
    variables: ['container', 'interval'],
    panels: [
      statPanel({
        title: 'Containers',
        size: { width: 8, height: 4 },
        description: `That run now. From cAdvisor. ${profile} One missing: docker compose ps --all says how it ended.`,
        unit: 'short',
        noValue: off,
        expr: `count(container_start_time_seconds{${shown}})`,
      }),
      statPanel({
        title: 'Restarts',
        size: { width: 8, height: 4 },
        description: `In the shown time. From cAdvisor's start times. ${profile} When not 0: docker compose logs of that service, its end first.`,
        unit: 'short',
        decimals: 0,
        noValue: off,
        thresholds: redFrom(1, 3),
        expr: `sum(changes(container_start_time_seconds{${shown}}[$__range]))`,
      }),
      statPanel({
        title: 'Nearest to memory limit',
        size: { width: 8, height: 4 },
        description: `Working set over mem_limit, of the container that is nearest. From cAdvisor. ${profile} At 1 the kernel kills it: raise mem_limit in docker-compose.yml.`,
        unit: 'percentunit',
        decimals: 0,
        noValue: off,
        thresholds: redFrom(0.8, 0.9),
        expr: `max(container_memory_working_set_bytes{${shown}} / (container_spec_memory_limit_bytes{${shown}} > 0))`,
      }),
      trendPanel({
        title: 'Processors in use',
        size: size.half,
        description: `By container. From cAdvisor. ${profile} One at 1 for long: it computes on one core without pause.`,
        unit: 'short',
        noValue: off,
        stacked: true,
        series: [{ expr: rate('container_cpu_usage_seconds_total', shown, [service]), legend }],
      }),
      trendPanel({
        title: 'Memory',
        size: size.half,
        description: `Working set by container: what the kernel cannot take back. From cAdvisor. ${profile} A floor that rises for hours is a leak.`,
        unit: 'bytes',
        noValue: off,
        stacked: true,
        series: [{ expr: `sum by (${service}) (container_memory_working_set_bytes{${shown}})`, legend }],
      }),
      trendPanel({
        title: 'Memory over limit',
        description: `Share of mem_limit that is taken. From cAdvisor. ${profile} Near 1: the kernel is about to kill it.`,
        unit: 'percentunit',
        noValue: off,
        expr: `max by (${service}) (container_memory_working_set_bytes{${shown}} / (container_spec_memory_limit_bytes{${shown}} > 0))`,
        legend,
      }),
      trendPanel({
        title: 'Network',
        description: `Bytes a second, received and sent, of the three that do most of each. From cAdvisor. ${profile} More out of the API than chats explain: telemetry, or a loop.`,
        unit: 'Bps',
        noValue: off,
        series: ['receive', 'transmit'].map((way) => {
          const bytes = `container_network_${way}_bytes_total`
          return {
            expr: ofLargest(3, rate(bytes, shown, [service]), bytes, shown, [service]),
            legend: `${way}: ${legend}`,
          }
        }),
      }),
      trendPanel({
        title: 'Disk',
        description: `Bytes a second, written. From cAdvisor. ${profile} Alloy writes when a store is away: its queue.`,
        unit: 'Bps',
        noValue: 'none counted',
        series: [{ expr: rate('container_fs_writes_bytes_total', shown, [service]), legend }],
      }),
      row('Logs'),
      logsPanel({
        title: 'Lines of containers',
        description: `What those containers write that send no telemetry of their own: databases, stores, the mock. ${profile}`,
        expr: '{service_name=~"$container", service_name!~"alloy|chat-.+"}',
      }),
    ],
  })
