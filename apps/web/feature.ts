import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import type { FileUIPart } from 'ai'
import type { ComponentType, ReactNode, RefObject } from 'react'
import type { Connection } from './chat/turn/session.ts'
import type { Turn } from './chat/turn/use-turn.ts'

type Place<Props = object> = ComponentType<Props>
type Frame<Props = object> = ComponentType<Props & { children: ReactNode }>

/**
 * The places where a feature can stand, from the page to the parts of an answer. Each is a component that gets what it
 * is about; what is in no message it takes from `useAppState` and `useTurnControls`. Where several stand in one place,
 * they follow one another by the names that features.ts gives them. Places in a feature's own part of the page are its
 * own to fill: without the sidebar there is nothing in its foot.
 */
export interface Feature extends Connection {
  /** Once on every page; usually nothing to see. */
  Page?: Place
  /** An error that React caught, and that therefore never reaches `window.onerror`. */
  onPageError?: (error: Error) => void

  /** Around every page. `open`: the API lets the visitor in; otherwise it shows what they have to do first. */
  Door?: Frame<{ open: boolean }>
  /** Beside the chat. */
  Beside?: Place
  /** Once, beside the list of conversations, wherever that is shown just now. */
  Sidebar?: Place<{ sidebar: SidebarControls }>
  /** Around the list of conversations. `List` shows another one in its place. */
  SidebarList?: Frame<{ List: ComponentType<ListProps> }>
  /** At the foot of the sidebar: links to pages, and commands. */
  SidebarPages?: Place
  SidebarCommands?: Place
  SidebarSettings?: Place
  SidebarFoot?: Place
  ConversationMenu?: Place<{ conversation: Conversation }>
  /** Beside the words that a conversation was deleted. */
  Deleted?: Place<{ conversation: Conversation; wasOpen: boolean }>

  /** In a chat that has not begun. */
  EmptyState?: Place<{ onPick: (message: string, model?: string) => void }>
  /**
   * Above the messages, rendered with each change of a turn. `said`: what something else than a turn has just done;
   * `scroller`: what the messages scroll in, with one child.
   */
  Turn?: Place<{ turn: Turn; said: string; scroller: RefObject<HTMLElement | null> }>
  /** Beside the waiting for an answer's first word. */
  Waiting?: Place
  AboveComposer?: Place
  /** Above what is typed. */
  Attached?: Place<DraftProps>
  ComposerOptions?: Place<DraftProps>
  /** In the composer, unseen. */
  Draft?: Place<DraftProps>

  /** Of a question; above its text. */
  QuestionFiles?: Place<{ message: ChatMessage }>
  /** Around a question and its actions. */
  Question?: Frame<{ message: ChatMessage }>
  QuestionActions?: Place<{ message: ChatMessage }>
  /** Of a question or an answer; none while an answer is written. */
  MessageActions?: Place<{ message: ChatMessage }>
  AnswerActions?: Place<AnswerProps>
  /** Below an answer, above its actions. */
  AnswerEnd?: Place<AnswerProps>
  /** Around the actions of an answer, in one line with them. */
  AnswerLine?: Frame<{ metadata: MessageMetadata }>
  /** What opens below an answer; absent in all features, there is nothing to open. */
  AnswerDetails?: Place<{ metadata: MessageMetadata }>
  /** A part of an answer that is not text. */
  Part?: Place<PartProps>
  /** Around a text. */
  AnswerText?: Frame<{ source: string }>
  CodeActions?: Place<{ source: string }>
  /** Around the general words for a failure, of which only the type is known here. */
  FailureHeadline?: Frame<{ type: string }>
  /** Around the API's sentence about it, which is English. */
  FailureDetail?: Frame<{ type: string }>
  /** Around the button. `retryAt`: before this moment, in milliseconds since 1970, it would only be refused again. */
  Retry?: Frame<{ retryAt: number | null; onRetry: () => void }>
  /** The way to the trace of an answer, or of a request that failed. */
  TraceLink?: Place<{ traceId: string }>
}

export interface DraftProps {
  draft: string
  setDraft: (change: (current: string) => string) => void
  files: readonly AttachedFile[]
  setFiles: (change: (current: readonly AttachedFile[]) => readonly AttachedFile[]) => void
}

/** What is sent with what is typed. */
export interface AttachedFile {
  readonly id: string
  /** Null: it cannot be sent yet, or not at all. Until it is gone or can be, nothing is. */
  readonly part: FileUIPart | null
  /** True: not to the model that is chosen. */
  readonly held?: boolean
}

/** Of an answer that has ended. */
export interface AnswerProps {
  message: ChatMessage
  metadata: MessageMetadata
  /** Given for the newest answer only. */
  onRetry?: (() => void) | undefined
}

export interface PartProps {
  message: ChatMessage
  /** Of the part. */
  index: number
  /** While the answer is written. */
  live: boolean
}

export interface SidebarControls {
  /** Beside the chat; false where it is a dialog above it. */
  isShown: () => boolean
  /** Shows or hides it, and focuses the first such element in it, or in what stands for it. */
  show: (shown: boolean, focus: 'input' | 'button') => void
}

export interface ListProps {
  /** Null: not loaded. */
  page: ConversationPage | null
  onMore: () => void
  /** Above the conversations. */
  children?: ReactNode
}
