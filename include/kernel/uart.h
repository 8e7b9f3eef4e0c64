/* SPDX-License-Identifier: MIT */
/* uart.h - the serial ports: COM1 for people, COM2 for records (D13). */
#ifndef KERNEL_UART_H
#define KERNEL_UART_H

/* Make COM1 a console, if it is there. First thing at start-up. */
void uart_console_init(void);

/* Let COM1 bring input, by interrupt. After the interrupt controller works. */
void uart_input_init(void);

/* Make COM2 the sink of records, if it is there. */
void uart_records_init(void);

#endif
