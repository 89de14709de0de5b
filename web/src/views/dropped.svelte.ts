/** A study that was dropped in. It lasts as long as the page. */
export const dropped = $state<{ study: { name: string; text: string } | undefined }>({ study: undefined })
