export const text = {
  open: 'Shortcuts',
  title: 'Keyboard shortcuts',
  close: 'Close',
  or: 'or',
  commands: {
    newChat: 'New chat',
    search: 'Search conversations',
    message: 'Go to the message field',
    copy: 'Copy the last answer',
    sidebar: 'Show or hide conversations',
    help: 'This list',
    stop: 'Stop the answer',
    send: 'Send the message',
    newLine: 'New line',
  },
  singleKeys: 'Shortcuts of a single key',
  singleKeysHint: 'They work outside of text fields. Switch them off if you dictate, or press keys by accident.',
}
