// placeholder
// changed
// changed
