import './engine' // first: its worker starts while the pages are read
import './app.css'
import { mount } from 'svelte'

const { default: App } = await import('./App.svelte')
const target = document.getElementById('app')!
target.replaceChildren()
mount(App, { target })

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('./sw.js').catch(() => {
    // Without it the site works as long as its server is there.
  })
}
