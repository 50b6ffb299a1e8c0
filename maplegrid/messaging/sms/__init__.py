"""Text messages through real gateways: one interface, an attempt per gateway, receipts, a phone call when all fail."""
