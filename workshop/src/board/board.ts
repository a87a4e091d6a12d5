import { board } from '@repo/dashboards/frame'
import { logsPanel, size, statPanel, tablePanel } from '@repo/dashboards/panels'
import { label } from '@repo/dashboards/series'
import { attribute, workshop } from '@repo/telemetry/catalogue'

const person = label(workshop.person)
const exercise = label(workshop.exercise)
const lines = `{service_name="${workshop.service}"} | ${label(attribute.eventName)}="${workshop.solved}"`
/** One, for each exercise that each person has solved: however often it was checked again. */
const solved = `sum by (${person}, ${exercise}) (count_over_time(${lines} [$__range]))`

/** Everybody's progress, where a server is shared. */
export const workshopBoard = () =>
  board({
    uid: 'workshop',
    title: 'Workshop',
    description: 'Who has solved what, from the line that the runner of the workshop writes for each solved exercise.',
    variables: [],
    panels: [
      statPanel({
        title: 'People',
        description: 'Who has solved at least one exercise in the shown time, by the names on their lines.',
        unit: 'short',
        decimals: 0,
        noValue: 'nobody yet',
        store: 'loki',
        expr: `count(sum by (${person}) (${solved}))`,
      }),
      statPanel({
        title: 'Solved',
        description: 'Exercises that were solved, of all people together; each counts once for each person.',
        unit: 'short',
        decimals: 0,
        noValue: 'none yet',
        store: 'loki',
        expr: `count(${solved})`,
      }),
      tablePanel({
        title: 'By exercise',
        description: 'How many people have solved each exercise. Few, while others have gone on: time for a hint.',
        size: size.half,
        store: 'loki',
        columns: [{ title: 'People', expr: `count by (${exercise}) (${solved})`, unit: 'short', decimals: 0 }],
        labels: { [exercise]: { title: 'Exercise', width: 100 } },
        noValue: 'none yet',
      }),
      tablePanel({
        title: 'By person',
        description: 'How many exercises each person has solved. Names are those of WORKSHOP_NAME, or of the user.',
        size: size.half,
        store: 'loki',
        columns: [{ title: 'Solved', expr: `count by (${person}) (${solved})`, unit: 'short', decimals: 0 }],
        labels: { [person]: { title: 'Name', width: 200 } },
        noValue: 'nobody yet',
      }),
      logsPanel({
        title: 'As it comes',
        description: 'The line of each exercise that was started or solved, the newest first.',
        expr: `{service_name="${workshop.service}"}`,
      }),
    ],
  })

/** As it lies in workshop/board. */
export function workshopBoardFile(): string {
  const built = workshopBoard()
  const panels = (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 }))
  return `${JSON.stringify({ ...built, time: { from: 'now-3h', to: 'now' }, panels }, null, 2)}\n`
}
