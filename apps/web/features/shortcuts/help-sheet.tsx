'use client'

import { useState } from 'react'
import { useWords } from '../../words/use-words.tsx'
import { commands } from './commands.ts'
import { Modal } from './modal.tsx'
import { singleKeysOn, switchSingleKeys } from './use-shortcuts.ts'

/** All keyboard shortcuts, and the switch for those of a single key. Loaded when it is asked for. */
export default function HelpSheet({ onClose }: { onClose: () => void }) {
  const text = useWords('shortcuts')
  const [singleKeys, setSingleKeys] = useState(singleKeysOn)
  const modifier = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : text.control
  const lines: [name: string, ...keys: string[][]][] = [
    ...Object.entries(commands).map(([letter, command]): [string, ...string[][]] => [
      text.commands[command],
      ...(singleKeys ? [[letter.toUpperCase()]] : []),
      ['Alt', text.shift, letter.toUpperCase()],
      ...(command === 'search' ? [[modifier, 'K']] : []),
    ]),
    [text.commands.help, ...(singleKeys ? [['?']] : []), [modifier, '/']],
    [text.commands.stop, ['Esc']],
    [text.commands.send, ['Enter']],
    [text.commands.newLine, [text.shift, 'Enter']],
  ]

  return (
    <Modal closeLabel={text.close} onClose={onClose} title={text.title}>
      <dl className="text-sm">
        {lines.map(([name, ...keys]) => (
          <div className="flex items-baseline justify-between gap-4 border-line border-t py-2" key={name}>
            <dt>{name}</dt>
            <dd className="flex flex-wrap justify-end gap-x-1.5 gap-y-1">
              {keys.map((chord, index) => (
                <span key={chord.join()}>
                  {index > 0 && <span className="me-1.5 text-quiet">{text.or}</span>}
                  {chord.map((key) => (
                    <kbd
                      className="me-0.5 rounded border border-line bg-surface px-1.5 py-0.5 font-sans text-xs"
                      key={key}
                    >
                      {key}
                    </kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-2 flex items-start gap-2.5 border-line border-t pt-3 text-sm">
        <input
          checked={singleKeys}
          className="mt-0.5 size-4"
          onChange={({ target }) => {
            setSingleKeys(target.checked)
            switchSingleKeys(target.checked)
          }}
          type="checkbox"
        />
        <span>
          {text.singleKeys}
          <span className="block text-quiet">{text.singleKeysHint}</span>
        </span>
      </label>
    </Modal>
  )
}
