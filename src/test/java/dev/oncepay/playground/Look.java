package dev.oncepay.playground;

import com.microsoft.playwright.options.ColorScheme;

/** As whom a page is looked at. */
enum Look {
    LIGHT(ColorScheme.LIGHT, 1280, 900),
    DARK(ColorScheme.DARK, 1280, 900),
    PHONE(ColorScheme.LIGHT, 390, 844);

    private final ColorScheme colours;
    private final int width;
    private final int height;

    Look(ColorScheme colours, int width, int height) {
        this.colours = colours;
        this.width = width;
        this.height = height;
    }

    ColorScheme colours() {
        return colours;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
