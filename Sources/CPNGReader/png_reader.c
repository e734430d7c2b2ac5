#include "png_reader.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mdlstm_png {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t count, position;
  mdlstm_png_header header;
  char error[128];
};

static void on_error(png_structp png, png_const_charp message) {
  mdlstm_png *file = png_get_error_ptr(png);
  snprintf(file->error, sizeof file->error, "%s", message);
  png_longjmp(png, 1);
}

// libpng only warns of wrong checksums of chunks and pixels and of unusable transparency, which change what is read. Let
// pass are bytes behind a whole picture, what means nothing for its kind, and bits of a colour that are masked.
static void on_warning(png_structp png, png_const_charp message) {
  static const char *const harmless[] = {"Extra compressed data", "Too much image data", "ignored in grayscale PNG",
                                         "invalid with alpha channel", "out-of-range samples"};
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
    if (strstr(message, harmless[i]) != NULL) return;
  }
  png_error(png, message);
}

static void on_read(png_structp png, png_bytep target, size_t count) {
  mdlstm_png *file = png_get_io_ptr(png);
  if (count > file->count - file->position) png_error(png, "the file is cut short");
  memcpy(target, file->bytes + file->position, count);
  file->position += count;
}

mdlstm_png *mdlstm_png_open(const uint8_t *bytes, size_t count) {
  mdlstm_png *file = calloc(1, sizeof *file);
  if (file == NULL) return NULL;
  file->bytes = bytes;
  file->count = count;
  file->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, file, on_error, on_warning);
  if (file->png != NULL) file->info = png_create_info_struct(file->png);
  if (file->info != NULL) return file;
  mdlstm_png_close(file);
  return NULL;
}

void mdlstm_png_close(mdlstm_png *file) {
  if (file->png != NULL) png_destroy_read_struct(&file->png, &file->info, NULL);
  free(file);
}

const char *mdlstm_png_error(const mdlstm_png *file) { return file->error; }

bool mdlstm_png_read_header(mdlstm_png *file, mdlstm_png_header *header) {
  png_structp png = file->png;
  png_infop info = file->info;
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_read_fn(png, file, on_read);
  // Of the chunks that may be missing, none but tRNS says what the samples are.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  // The sides are held against a limit of pixels by who calls, not by libpng's million.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  // Who looks colours up checks their numbers.
  png_set_check_for_invalid_index(png, 0);
  // Some writers declare a smaller window than they use.
  png_set_option(png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
  png_read_info(png, info);
  file->header = (mdlstm_png_header){
      .width = png_get_image_width(png, info),
      .height = png_get_image_height(png, info),
      .bit_depth = png_get_bit_depth(png, info),
      .channels = png_get_channels(png, info),
      .has_palette = png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE,
      .has_transparency = png_get_valid(png, info, PNG_INFO_tRNS) != 0,
  };
  *header = file->header;
  return true;
}

int mdlstm_png_get_palette(const mdlstm_png *file, uint8_t colours[1024]) {
  png_colorp palette = NULL;
  png_bytep alpha = NULL;
  int count = 0, alpha_count = 0;
  if (png_get_PLTE(file->png, file->info, &palette, &count) == 0) return 0;
  png_get_tRNS(file->png, file->info, &alpha, &alpha_count, NULL);
  for (int i = 0; i < count; i++) {
    colours[4 * i] = palette[i].red;
    colours[4 * i + 1] = palette[i].green;
    colours[4 * i + 2] = palette[i].blue;
    colours[4 * i + 3] = i < alpha_count ? alpha[i] : 255;
  }
  return count;
}

void mdlstm_png_get_transparent(const mdlstm_png *file, uint16_t colour[3]) {
  png_color_16p values = NULL;
  png_get_tRNS(file->png, file->info, NULL, NULL, &values);
  if (values == NULL) return;
  bool is_grey = file->header.channels == 1;
  // Bits above those of a sample say nothing.
  unsigned mask = (1u << file->header.bit_depth) - 1;
  colour[0] = (is_grey ? values->gray : values->red) & mask;
  colour[1] = values->green & mask;
  colour[2] = values->blue & mask;
}

bool mdlstm_png_read_samples(mdlstm_png *file, void *samples) {
  png_structp png = file->png;
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_packing(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  png_set_swap(png);
#endif
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, file->info);
  size_t row_size = png_get_rowbytes(png, file->info);
  for (int pass = 0; pass < passes; pass++) {
    for (png_uint_32 row = 0; row < file->header.height; row++) png_read_row(png, (png_bytep)samples + row * row_size, NULL);
  }
  png_read_end(png, NULL);
  return true;
}
