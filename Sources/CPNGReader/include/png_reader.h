// PNG files by libpng's plain interface. libpng reports an error by a jump, which Swift code cannot be in the way of:
// the jumps end within these functions, which return false instead.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mdlstm_png mdlstm_png;

typedef struct {
  uint32_t width, height;
  // Bits of a stored sample: 1, 2, 4, 8 or 16.
  uint8_t bit_depth;
  // Stored samples of a pixel, 1 to 4: one is a grey or, with a palette, the number of a colour.
  uint8_t channels;
  bool has_palette;
  // Whether there is a tRNS chunk.
  bool has_transparency;
} mdlstm_png_header;

// A reader of the bytes, which must stay where they are until it is closed; NULL without memory.
mdlstm_png *mdlstm_png_open(const uint8_t *bytes, size_t count);

void mdlstm_png_close(mdlstm_png *file);

// What went wrong in a function that returned false.
const char *mdlstm_png_error(const mdlstm_png *file);

// Reads what stands before the samples.
bool mdlstm_png_read_header(mdlstm_png *file, mdlstm_png_header *header);

// The palette as red, green, blue and alpha of each colour; returns how many there are. After the header.
int mdlstm_png_get_palette(const mdlstm_png *file, uint8_t colours[1024]);

// The samples of the colour that a tRNS chunk makes transparent: one if grey, three if not. After the header.
void mdlstm_png_get_transparent(const mdlstm_png *file, uint16_t colour[3]);

// Reads the rest of the file: height x width x channels samples as they are stored, each in one byte, or of 16 bits in
// two in the order of this machine. After the header.
bool mdlstm_png_read_samples(mdlstm_png *file, void *samples);
