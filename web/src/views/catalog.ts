/** What there is to choose from. */
import names from '@engine/names.json'
import type { CatalogList } from '../engine/documents'

export const catalog: CatalogList = names
