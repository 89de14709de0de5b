/** The labs' Markdown as HTML. Their texts are data: what is HTML in them is shown as text, and only plain links lead anywhere. */
import { Marked } from 'marked'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (s: string) => s.replace(/[&<>"]/g, (c) => escapes[c]!)

const marked = new Marked({
  gfm: true,
  async: false,
  renderer: {
    html: ({ text }) => escaped(text),
    // Of lab texts the page is the first and second heading.
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 2)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      return /^(https?:|#)/.test(href) ? `<a href="${escaped(href)}"${href.startsWith('#') ? '' : ' rel="noreferrer"'}>${text}</a>` : text
    },
    image: ({ text }) => escaped(text),
  },
})

export const html = (text: string): string => marked.parse(text) as string
export const inlineHtml = (text: string): string => marked.parseInline(text) as string
