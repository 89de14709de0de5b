// Keeps the whole site after the first visit, so that it works without a network. vite.config.ts fills in both lists.
const version = 'ridgeline-__VERSION__'
const files = ['__FILES__']

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(version)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  const ours = (name) => name.startsWith('ridgeline-') && name !== version
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(ours).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

// The page itself is asked for again, so that a new version is seen; everything else has its hash in its name.
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return
  const kept = () => caches.match(request, { ignoreSearch: true })
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(async () => (await kept()) ?? (await caches.match('./'))))
  } else {
    event.respondWith(kept().then((found) => found ?? fetch(request)))
  }
})
