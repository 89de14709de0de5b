import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'

const target = document.getElementById('app')!
target.replaceChildren()
mount(App, { target })

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('./sw.js').catch(() => {
    // Without it the site works as long as its server is there.
  })
}
