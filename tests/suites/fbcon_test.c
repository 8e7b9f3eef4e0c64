/* SPDX-License-Identifier: MIT */
/* fbcon_test.c - a terminal on a frame buffer that is ordinary memory. */
#include <drivers/fbcon.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/vmalloc.h>

/* Nine columns and three rows; four pixels to the right and two below have no
 * cell; lines are longer than what is shown of them. */
#define WIDTH 76u
#define HEIGHT 50u
#define LINE_PIXELS 80u
#define SCRIBBLE RGB(0x12, 0x34, 0x56)
#define BLACK RGB(0, 0, 0)

static struct fbcon fbcon;
static struct canvas canvas;
static u32 *pixels;
static void *memory;

static bool start(struct ktest *t)
{
	canvas = (struct canvas){ .width = WIDTH,
				  .height = HEIGHT,
				  .pitch = LINE_PIXELS * 4 };
	pixels = vzalloc(LINE_PIXELS * HEIGHT * sizeof(*pixels));
	memory = vzalloc(fbcon_bytes(&canvas));
	if (pixels && memory) {
		canvas.pixels = pixels;
		fbcon_init(&fbcon, &canvas, memory);
		return true;
	}
	vfree(pixels);
	vfree(memory);
	ktest_skip(t, "no memory for a screen");
	return false;
}

static void stop(void)
{
	vfree(pixels);
	vfree(memory);
}

static void scribble(void)
{
	unsigned int i;

	for (i = 0; i < LINE_PIXELS * HEIGHT; i++)
		pixels[i] = SCRIBBLE;
}

static u32 pixel(u32 x, u32 y)
{
	return pixels[y * LINE_PIXELS + x];
}

static void write(const char *text)
{
	fbcon_write(&fbcon, text, strlen(text));
	fbcon_draw(&fbcon);
}

/* Does the cell show @c, in colours that differ? */
static bool cell_shows(unsigned int column, unsigned int row, char c)
{
	const u8 *glyph =
		&font_small.rows8[((u8)c - FONT_FIRST) * font_small.height];
	u32 bg = pixel(column * 8, row * 16); /* no letter has this corner */
	unsigned int x, y;

	for (y = 0; y < 16; y++) {
		for (x = 0; x < 8; x++) {
			bool lit = pixel(column * 8 + x, row * 16 + y) != bg;

			if (lit != !!(glyph[y] & 0x80 >> x))
				return false;
		}
	}
	return true;
}

static bool cell_untouched(unsigned int column, unsigned int row)
{
	unsigned int x, y;

	for (y = 0; y < 16; y++) {
		for (x = 0; x < 8; x++) {
			if (pixel(column * 8 + x, row * 16 + y) != SCRIBBLE)
				return false;
		}
	}
	return true;
}

static void letters_stand_in_their_cells(struct ktest *t)
{
	if (!start(t))
		return;
	fbcon_take_back(&fbcon);
	write("Hg\n\033[31mx");
	KTEST_EXPECT_EQ(t, fbcon.vt.columns, 9);
	KTEST_EXPECT_EQ(t, fbcon.vt.rows, 3);
	KTEST_EXPECT_TRUE(t, cell_shows(0, 0, 'H'));
	KTEST_EXPECT_TRUE(t, cell_shows(1, 0, 'g'));
	KTEST_EXPECT_TRUE(t, cell_shows(0, 1, 'x'));
	KTEST_EXPECT_TRUE(t, cell_shows(2, 0, ' '));
	KTEST_EXPECT_EQ(t, pixel(0, 0), BLACK);
	stop();
}

static void colours_are_those_of_the_cell(struct ktest *t)
{
	if (!start(t))
		return;
	scribble();
	fbcon_take_back(&fbcon);
	/* A blank with a foreground is drawn as any other. */
	write("\033[97m \033[31;44m|");
	KTEST_EXPECT_EQ(t, pixel(0, 0), BLACK);
	KTEST_EXPECT_EQ(t, pixel(8, 0), RGB(0x33, 0x65, 0xc4));
	KTEST_EXPECT_TRUE(t, cell_shows(1, 0, '|'));
	KTEST_EXPECT_TRUE(t, pixel(8 + 3, 8) == RGB(0xc4, 0x3a, 0x31) ||
				     pixel(8 + 4, 8) == RGB(0xc4, 0x3a, 0x31));
	stop();
}

static void only_cells_that_changed_are_drawn(struct ktest *t)
{
	if (!start(t))
		return;
	fbcon_take_back(&fbcon);
	write("abc");
	scribble();
	write("d");
	KTEST_EXPECT_TRUE(t, cell_untouched(0, 0));
	KTEST_EXPECT_TRUE(t, cell_untouched(2, 0));
	KTEST_EXPECT_TRUE(t, cell_shows(3, 0, 'd'));
	KTEST_EXPECT_FALSE(t, cell_untouched(4, 0)); /* the cursor */
	KTEST_EXPECT_TRUE(t, cell_untouched(5, 0));
	/* A scroll draws what differs: equal letters stay. */
	write("\nabcd\n\n");
	scribble();
	write("\n");
	KTEST_EXPECT_TRUE(t, cell_untouched(8, 0));
	stop();
}

static void what_is_outside_of_cells_or_lines_is_left_alone(struct ktest *t)
{
	if (!start(t))
		return;
	scribble();
	fbcon_take_back(&fbcon);
	write("123456789123456789123456789\n");
	KTEST_EXPECT_EQ(t, pixel(WIDTH - 1, 0), BLACK);
	KTEST_EXPECT_EQ(t, pixel(0, HEIGHT - 1), BLACK);
	KTEST_EXPECT_EQ(t, pixel(WIDTH, 0), SCRIBBLE);
	KTEST_EXPECT_EQ(t, pixel(LINE_PIXELS - 1, HEIGHT - 1), SCRIBBLE);
	stop();
}

static void a_lent_canvas_is_not_drawn_on_and_text_waits(struct ktest *t)
{
	if (!start(t))
		return;
	scribble();
	write("early");
	KTEST_EXPECT_TRUE(t, cell_untouched(0, 0));
	fbcon_take_back(&fbcon);
	KTEST_EXPECT_TRUE(t, fbcon.dirty);
	fbcon_draw(&fbcon);
	KTEST_EXPECT_TRUE(t, cell_shows(0, 0, 'e'));
	KTEST_EXPECT_FALSE(t, fbcon.dirty);
	KTEST_EXPECT_TRUE(t, fbcon_lend(&fbcon));
	fbcon_take_back(&fbcon);
	KTEST_EXPECT_TRUE(t, fbcon.dirty);
	fbcon_draw(&fbcon);
	fbcon_write(&fbcon, "\r", 1);
	KTEST_EXPECT_TRUE(t, fbcon.dirty);
	fbcon_write(&fbcon, "early", 5);
	KTEST_EXPECT_TRUE(t, fbcon_lend(&fbcon));
	KTEST_EXPECT_FALSE(t, fbcon_lend(&fbcon));
	scribble();
	write("!");
	KTEST_EXPECT_TRUE(t, cell_untouched(5, 0));
	fbcon_take_back(&fbcon);
	fbcon_draw(&fbcon);
	KTEST_EXPECT_TRUE(t, cell_shows(0, 0, 'e'));
	KTEST_EXPECT_TRUE(t, cell_shows(5, 0, '!'));
	KTEST_EXPECT_FALSE(t, fbcon.dirty);
	stop();
}

static void bytes_that_the_font_has_not_are_question_marks(struct ktest *t)
{
	if (!start(t))
		return;
	fbcon_take_back(&fbcon);
	write("\1\377");
	KTEST_EXPECT_TRUE(t, cell_shows(0, 0, '?'));
	KTEST_EXPECT_TRUE(t, cell_shows(1, 0, '?'));
	stop();
}

static void rectangles_end_at_the_canvas(struct ktest *t)
{
	if (!start(t))
		return;
	scribble();
	canvas_fill(&canvas, WIDTH - 2, HEIGHT - 2, 100, 100, BLACK);
	canvas_fill(&canvas, WIDTH, 0, 1, 1, BLACK);
	canvas_fill(&canvas, WIDTH + 1, 0, 1, 1, BLACK);
	canvas_fill(&canvas, 0, HEIGHT, 1, 1, BLACK);
	/* What is below would be the next line's memory. */
	canvas.height -= 2;
	canvas_fill(&canvas, 0, HEIGHT - 1, 1, 1, BLACK);
	canvas.height += 2;
	KTEST_EXPECT_EQ(t, pixel(0, HEIGHT - 1), SCRIBBLE);
	KTEST_EXPECT_EQ(t, pixel(WIDTH + 1, 0), SCRIBBLE);
	canvas_char(&canvas, &font_large, WIDTH - 11, 0, 'X', BLACK, BLACK);
	canvas_char(&canvas, &font_large, 0, HEIGHT - 23, 'X', BLACK, BLACK);
	KTEST_EXPECT_EQ(t, pixel(WIDTH - 1, HEIGHT - 1), BLACK);
	KTEST_EXPECT_EQ(t, pixel(WIDTH - 3, HEIGHT - 1), SCRIBBLE);
	KTEST_EXPECT_EQ(t, pixel(WIDTH, HEIGHT - 1), SCRIBBLE);
	KTEST_EXPECT_EQ(t, pixel(WIDTH - 11, 0), SCRIBBLE);
	KTEST_EXPECT_EQ(t, pixel(0, HEIGHT - 23), SCRIBBLE);
	/* Letters of a text stand side by side, whatever their width. */
	KTEST_EXPECT_EQ(
		t, canvas_text(&canvas, &font_large, 1, 0, "ab", 0, BLACK), 25);
	KTEST_EXPECT_EQ(t, pixel(24, 23), BLACK);
	KTEST_EXPECT_EQ(t, pixel(25, 23), SCRIBBLE);
	stop();
}

static const struct ktest_case cases[] = {
	KTEST_CASE(letters_stand_in_their_cells),
	KTEST_CASE(colours_are_those_of_the_cell),
	KTEST_CASE(only_cells_that_changed_are_drawn),
	KTEST_CASE(what_is_outside_of_cells_or_lines_is_left_alone),
	KTEST_CASE(a_lent_canvas_is_not_drawn_on_and_text_waits),
	KTEST_CASE(bytes_that_the_font_has_not_are_question_marks),
	KTEST_CASE(rectangles_end_at_the_canvas),
};
KTEST_SUITE(fbcon, cases);
