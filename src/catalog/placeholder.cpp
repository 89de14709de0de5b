// Placeholder so that the tree configures; delete with the first real source of this layer.
