/** What tests of several packages use: quantiles of errors beside their bounds, and programs in a virtual machine of their own. */
package dev.wengert.testing;
